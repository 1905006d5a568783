package org.rde4j.samples.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rde4j.RdeException;

/** PyTorch in a process of its own, which waits while we work. */
public final class Peer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;
    private long peakBytes;

    /**
     * Starts Python.
     *
     * @param python the interpreter, one that has PyTorch
     * @param arguments see {@code pytorch_peer.py --help}
     * @param sameMalloc whether it gets the settings of the C library's memory that {@code ./rde4j} uses; without
     *     them it runs as anybody would start it
     * @throws RdeException if it cannot be started
     */
    public Peer(String python, List<String> arguments, boolean sameMalloc) {
        List<String> command = new ArrayList<>(List.of(python, "-c", script()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (!sameMalloc) {
            builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        }
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new RdeException(
                    "The interpreter %s cannot be started.".formatted(python),
                    "Install Python with PyTorch and onnx (Debian: apt-get install python3-torch python3-onnx).",
                    e);
        }
        questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String script() {
        try (InputStream file = Peer.class.getResourceAsStream("pytorch_peer.py")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Lets it do some steps.
     *
     * @return the seconds of each
     */
    public List<Double> run(int steps) {
        try {
            questions.write(steps + "\n");
            questions.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("it ended");
            }
            JsonNode answer = JSON.readTree(line);
            peakBytes = answer.get("peak_bytes").asLong();
            List<Double> seconds = new ArrayList<>();
            answer.get("seconds").forEach(each -> seconds.add(each.asDouble()));
            return seconds;
        } catch (IOException e) {
            throw new RdeException(
                    "PyTorch did not answer: %s.".formatted(e.getMessage()),
                    "See its own message above; python3-torch and python3-onnx must be installed.",
                    e);
        }
    }

    /** The greatest resident memory of its process. */
    public long peakBytes() {
        return peakBytes;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
