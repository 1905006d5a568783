package org.rde4j.nd4j.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import onnx.Onnx.TensorProto;
import org.rde4j.RdeException;

/** The folder of a model, in which its weights may lie in files of their own. */
final class ModelFolder {
    private static final String REMEDY = "Save the model with its weights in one file.";

    private final Path folder;
    private final FileBytes files;

    /**
     * A folder.
     *
     * @param model the model's file
     * @param files what reads
     */
    ModelFolder(Path model, FileBytes files) {
        Path parent = model.toAbsolutePath().getParent();
        this.folder = parent == null ? model.toAbsolutePath() : parent;
        this.files = files;
    }

    /**
     * The values of a tensor that lie in another file.
     *
     * @param tensor which says where
     * @param length how many bytes its shape needs
     * @throws RdeException if the file lies outside the folder, is missing or too short
     */
    ByteBuffer read(TensorProto tensor, long length) {
        Map<String, String> entries = new HashMap<>();
        tensor.getExternalDataList().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        String location = entries.getOrDefault("location", "");
        long offset = number(tensor, entries.getOrDefault("offset", "0"));
        long stated = number(tensor, entries.getOrDefault("length", String.valueOf(length)));
        if (stated != length) {
            throw refused(
                    tensor,
                    "has %s bytes in '%s', but its shape needs %s".formatted(stated, location, length),
                    OnnxGraph.EXPORT_AGAIN);
        }
        try {
            Path file = inside(tensor, location);
            long size = Files.size(file);
            if (offset > size || length > size - offset) {
                throw refused(
                        tensor,
                        "needs %s bytes from %s on of '%s', which has %s".formatted(length, offset, location, size),
                        "Maybe the file was cut off: copy or export it again.");
            }
            return files.read(file, offset, length);
        } catch (IOException e) {
            throw new RdeException(
                    "The weights of the tensor '%s' lie in '%s', which cannot be read."
                            .formatted(tensor.getName(), location),
                    "Put that file beside the model.",
                    e);
        }
    }

    private static long number(TensorProto tensor, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw refused(tensor, "lies at '%s' in another file".formatted(text), OnnxGraph.EXPORT_AGAIN);
    }

    /** Files of strangers must not make others readable: neither by a path that leads out nor by a link. */
    private Path inside(TensorProto tensor, String location) throws IOException {
        try {
            Path given = Path.of(location);
            if (!location.isEmpty() && !given.isAbsolute()) {
                Path home = folder.toRealPath();
                Path file = home.resolve(given).normalize();
                if (file.startsWith(home)) {
                    file = file.toRealPath();
                }
                if (file.startsWith(home) && Files.isRegularFile(file)) {
                    return file;
                }
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        throw refused(
                tensor, "keeps its data in '%s', which is no file in the model's folder".formatted(location), REMEDY);
    }

    private static RdeException refused(TensorProto tensor, String problem, String remedy) {
        return TensorData.refused(tensor.getName(), problem, remedy);
    }
}
