package org.rde4j.samples.audio;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;
import org.rde4j.files.WholeFile;

/**
 * Sounds in WAV files, as one channel at {@value #RATE} samples a second.
 *
 * <p>Integers become numbers in [−1, 1] by division by the largest one (32,767 for 16 bits), as classifiers of
 * NSynth expect; the one integer below −1 becomes −1. What {@link #write} writes, {@link #read} reads back to
 * half a step of 16 bits, and multiples of 1/32,767 exactly.
 *
 * @param samples the sound, values in [−1, 1]; copied
 * @param conversion what was changed while reading, such as "44100 Hz, 2 channels to 16000 Hz, 1 channel"
 */
public record Wav(float[] samples, Optional<String> conversion) {
    /** Samples a second. */
    public static final int RATE = 16_000;

    /** The largest number of 16 bits, which stands for 1. */
    static final int SCALE = Short.MAX_VALUE;

    /** Sounds that were mixed too loud reach a little beyond 1; what lies beyond this was made on another scale. */
    private static final double LOUDEST = 2;
    /** 60 decibels below the loudest sound. */
    private static final float QUIETEST = 1e-3f;
    /** A twentieth of a second. */
    private static final int SHORTEST = RATE / 20;
    /** "data" in a file, and from where on a length was left open. */
    private static final int DATA = 0x61746164;

    private static final long OPEN = 0x7ffff000L;

    private static final int LONGEST_SECONDS = 60;
    private static final int LOWEST_RATE = 4_000;
    private static final int HIGHEST_RATE = 192_000;

    /** Copies the samples. */
    public Wav {
        samples = samples.clone();
    }

    @Override
    public float[] samples() {
        return samples.clone();
    }

    /**
     * Reads a file: integers of 8, 16, 24 or 32 bits or floats of 32 or 64, any number of channels (their mean is
     * taken), 4,000 to 192,000 samples a second (resampled to {@value #RATE}), up to 60 seconds. Floats a little beyond 1
     * are clipped. A length that was left open, as by programs that write into a pipe, means up to the file's end.
     *
     * @param file a WAV file
     * @return its sound
     * @throws RdeException if it is no such file, is damaged or empty, or holds numbers that are not finite or beyond 2
     */
    public static Wav read(Path file) {
        byte[] bytes = closed(InputFiles.bytes(file));
        try (AudioInputStream stream = AudioSystem.getAudioInputStream(new ByteArrayInputStream(bytes))) {
            AudioFormat format = stream.getFormat();
            SampleReader reader = SampleReader.of(format)
                    .orElseThrow(() -> new RdeException(
                            "%s holds %s, but integers of 8 to 32 bits or floats of 32 or 64 are read."
                                    .formatted(file, format),
                            "Convert it to 16-bit PCM."));
            requireRanges(file, format, stream.getFrameLength());
            byte[] data = content(file, stream, bytes.length);
            double[] mono = mono(file, data, format.getChannels(), reader);
            return converted(file, mono, Math.round(format.getFrameRate()), format.getChannels());
        } catch (UnsupportedAudioFileException | IOException e) {
            throw new RdeException(
                    "%s is not a WAV file, or its beginning is damaged.".formatted(file),
                    "Save the sound again as WAV (16-bit PCM).",
                    e);
        }
    }

    private static void requireRanges(Path file, AudioFormat format, long frames) {
        float rate = format.getFrameRate();
        if (!(rate >= LOWEST_RATE && rate <= HIGHEST_RATE)) {
            throw new RdeException(
                    String.format(
                            Locale.ROOT,
                            "%s has %.0f samples a second, but must have %d to %d.",
                            file,
                            rate,
                            LOWEST_RATE,
                            HIGHEST_RATE),
                    "Resample it.");
        }
        if (frames == 0) {
            throw new RdeException("%s holds no sound.".formatted(file), "Record or save it again.");
        }
        if (frames > LONGEST_SECONDS * rate) {
            throw new RdeException(
                    String.format(
                            Locale.ROOT,
                            "%s lasts %.1f s, longer than the %d s that a sound may last.",
                            file,
                            frames / rate,
                            LONGEST_SECONDS),
                    "Cut it.");
        }
    }

    /** All frames. A damaged header may claim any number of them; no more is allocated than the file has bytes. */
    private static byte[] content(Path file, AudioInputStream stream, int most) throws IOException {
        long claimed = stream.getFrameLength() * stream.getFormat().getFrameSize();
        byte[] data = claimed > most ? new byte[0] : stream.readNBytes((int) claimed);
        if (data.length < claimed) {
            throw new RdeException(
                    "%s is truncated: it should hold %s bytes of sound.".formatted(file, claimed),
                    "Copy or save the file again.");
        }
        return data;
    }

    private static double[] mono(Path file, byte[] data, int channels, SampleReader reader) {
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        double[] mono = new double[data.length / reader.bytes() / channels];
        for (int i = 0; i < mono.length; i++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += reader.value(buffer, (i * channels + c) * reader.bytes());
            }
            if (!Double.isFinite(sum)) {
                throw new RdeException(
                        "%s holds a number that is not finite (frame %s).".formatted(file, i), "Save the sound again.");
            }
            mono[i] = sum / channels;
        }
        return mono;
    }

    private static Wav converted(Path file, double[] mono, int rate, int channels) {
        List<String> changes = new ArrayList<>();
        float[] samples = new float[mono.length];
        int loud = 0;
        for (int i = 0; i < mono.length; i++) {
            double size = Math.abs(mono[i]);
            if (size > LOUDEST) {
                throw new RdeException(
                        "%s holds the number %s (frame %s), but sounds lie in [-1, 1].".formatted(file, mono[i], i),
                        "Divide all by the largest number of their kind (32767 for 16 bits), or save it as 16-bit PCM.");
            }
            // The least integer of each kind lies just below -1 and is no clipped sound.
            loud += size > 1.01 ? 1 : 0;
            samples[i] = clipped(mono[i]);
        }
        if (loud > 0) {
            changes.add("%s samples beyond 1 were clipped".formatted(loud));
        }
        if (rate != RATE) {
            samples = Resampler.of(rate, RATE).resampled(samples);
        }
        if (rate != RATE || channels != 1) {
            String was = "%s Hz, %s channel%s".formatted(rate, channels, channels == 1 ? "" : "s");
            changes.add("%s to %s Hz, 1 channel".formatted(was, RATE));
        }
        return new Wav(samples, changes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", changes)));
    }

    /**
     * Why a network's answer about this sound may mean nothing.
     *
     * @return such as "it is silent", or empty if there is something to hear
     */
    public Optional<String> doubt() {
        float most = 0;
        for (float sample : samples) {
            most = Math.max(most, Math.abs(sample));
        }
        if (most < QUIETEST) {
            return Optional.of("it is silent, so what a network says of it means nothing");
        }
        return samples.length < SHORTEST
                ? Optional.of("%s samples are too few to hear anything in, so what a network says of it means little"
                        .formatted(samples.length))
                : Optional.empty();
    }

    /** The file with its length filled in where the writer left it open: with 0, or with all there is room for. */
    private static byte[] closed(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 12; at + 8 <= file.length; ) {
            long length = bytes.getInt((int) at + 4) & 0xffffffffL;
            if (bytes.getInt((int) at) == DATA) {
                long riff = bytes.getInt(4) & 0xffffffffL;
                if (length >= OPEN || length == 0 && (riff == 0 || riff >= OPEN)) {
                    bytes.putInt(4, file.length - 8);
                    bytes.putInt((int) at + 4, (int) (file.length - at - 8));
                }
                return file;
            }
            at += 8 + length + length % 2;
        }
        return file;
    }

    static float clipped(double value) {
        return (float) Math.max(-1, Math.min(1, value));
    }

    /**
     * Writes one channel of 16 bits, whole or not at all.
     *
     * @param file where to; replaced if it is there
     * @param samples the sound at {@value #RATE} samples a second; values beyond 1 are clipped
     * @throws RdeException if the file cannot be written, or a sample is not finite
     */
    public static void write(Path file, float[] samples) {
        WholeFile.write(file, encoded(file, samples));
    }

    private static byte[] encoded(Path file, float[] samples) {
        ByteBuffer data = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            if (!Float.isFinite(sample)) {
                throw new RdeException(
                        "The sound for %s holds a number that is not finite (%s).".formatted(file, sample),
                        "Check how it was made.");
            }
            data.putShort((short) Math.round(SCALE * clipped(sample)));
        }
        AudioFormat format = new AudioFormat(RATE, 16, 1, true, false);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (AudioInputStream stream =
                new AudioInputStream(new ByteArrayInputStream(data.array()), format, samples.length)) {
            AudioSystem.write(stream, AudioFileFormat.Type.WAVE, bytes);
        } catch (IOException e) {
            throw new IllegalStateException("memory is always writable", e);
        }
        return bytes.toByteArray();
    }
}
