package org.rde4j.samples.audio;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * taken), 4,000 to 192,000 samples a second (resampled to {@value #RATE}), up to 60 seconds. Floats beyond 1
     * are clipped.
     *
     * @param file a WAV file
     * @return its sound
     * @throws RdeException if it is no such file, is damaged or empty, or holds numbers that are not finite
     */
    public static Wav read(Path file) {
        InputFiles.requireReadable(file);
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
                AudioInputStream stream = AudioSystem.getAudioInputStream(bytes)) {
            AudioFormat format = stream.getFormat();
            SampleReader reader = SampleReader.of(format)
                    .orElseThrow(() -> new RdeException(
                            "%s holds %s, but integers of 8 to 32 bits or floats of 32 or 64 are read."
                                    .formatted(file, format),
                            "Convert it to 16-bit PCM."));
            requireRanges(file, format, stream.getFrameLength());
            byte[] data = content(file, stream);
            float[] mono = mono(file, data, format.getChannels(), reader);
            return converted(mono, Math.round(format.getFrameRate()), format.getChannels());
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
    private static byte[] content(Path file, AudioInputStream stream) throws IOException {
        long claimed = stream.getFrameLength() * stream.getFormat().getFrameSize();
        byte[] data = claimed > Files.size(file) ? new byte[0] : stream.readNBytes((int) claimed);
        if (data.length < claimed) {
            throw new RdeException(
                    "%s is truncated: it should hold %s bytes of sound.".formatted(file, claimed),
                    "Copy or save the file again.");
        }
        return data;
    }

    private static float[] mono(Path file, byte[] data, int channels, SampleReader reader) {
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        float[] mono = new float[data.length / reader.bytes() / channels];
        for (int i = 0; i < mono.length; i++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += reader.value(buffer, (i * channels + c) * reader.bytes());
            }
            if (!Double.isFinite(sum)) {
                throw new RdeException(
                        "%s holds a number that is not finite (frame %s).".formatted(file, i), "Save the sound again.");
            }
            mono[i] = clipped(sum / channels);
        }
        return mono;
    }

    private static Wav converted(float[] mono, int rate, int channels) {
        if (rate == RATE && channels == 1) {
            return new Wav(mono, Optional.empty());
        }
        String was = "%s Hz, %s channel%s".formatted(rate, channels, channels == 1 ? "" : "s");
        float[] samples = rate == RATE ? mono : Resampler.of(rate, RATE).resampled(mono);
        return new Wav(samples, Optional.of("%s to %s Hz, 1 channel".formatted(was, RATE)));
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
