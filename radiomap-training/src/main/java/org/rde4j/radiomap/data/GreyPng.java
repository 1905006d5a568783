package org.rde4j.radiomap.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** Grey PNG files. Of those that are read the header is checked before anything is decoded. */
public final class GreyPng {
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_PIXELS_PER_SIDE = 4096;

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int HEADER_LENGTH = 33;
    private static final int END = 0x49454E44;

    private final Path path;
    private final String expected;

    private GreyPng(Path path, String expected) {
        this.path = path;
        this.expected = expected;
    }

    /**
     * Reads a file.
     *
     * @param path the file
     * @param expected what it should hold, such as "the buildings of map 3"
     * @return [H, W] in [0, 1], at most 4096 on each side
     * @throws RdeException if it is missing, no grey PNG, damaged or too large
     */
    public static Tensor read(Path path, String expected) {
        GreyPng file = new GreyPng(path, expected);
        byte[] bytes = file.bytes();
        file.requireGrey(ByteBuffer.wrap(bytes));
        file.requireComplete(bytes);
        return file.decode(bytes);
    }

    /**
     * A file of 8 bits of grey.
     *
     * @param map [H, W] in [0, 1]
     * @return what the file holds
     * @throws IOException never in practice: nothing is written to a disk
     */
    public static byte[] of(Tensor map) throws IOException {
        int rows = map.shape()[0];
        int columns = map.shape()[1];
        float[] values = map.values();
        byte[] grey = new byte[values.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) Math.round(255 * values[i]);
        }
        BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, columns, rows, grey);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(file)) {
            ImageIO.write(image, "png", stream);
        }
        return file.toByteArray();
    }

    private byte[] bytes() {
        if (!Files.isRegularFile(path)) {
            throw problem("is missing", null);
        }
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw problem("has more than %s bytes".formatted(MOST_BYTES), null);
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw problem("cannot be read", e);
        }
    }

    private void requireGrey(ByteBuffer file) {
        if (file.remaining() < HEADER_LENGTH || file.getLong(0) != SIGNATURE) {
            throw problem("is not a PNG", null);
        }
        int columns = file.getInt(16);
        int rows = file.getInt(20);
        if (columns < 1 || rows < 1 || columns > MOST_PIXELS_PER_SIDE || rows > MOST_PIXELS_PER_SIDE) {
            throw problem(
                    "has %s×%s pixels (columns × rows), not 1 to %s"
                            .formatted(
                                    Integer.toUnsignedLong(columns),
                                    Integer.toUnsignedLong(rows),
                                    MOST_PIXELS_PER_SIDE),
                    null);
        }
        int colourType = file.get(25);
        if (colourType != 0) {
            throw problem("holds colours or transparency (PNG colour type %s)".formatted(colourType), null);
        }
    }

    /** Java's decoder takes a file that ends too early, or whose content is not what its checksums say. */
    private void requireComplete(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        int name = 0;
        for (int at = Long.BYTES; name != END; ) {
            int length = bytes.length - at < 12 ? -1 : file.getInt(at);
            if (length < 0 || length > bytes.length - at - 12) {
                throw problem("is truncated or damaged", null);
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes, at + 4, length + 4);
            if ((int) checksum.getValue() != file.getInt(at + 8 + length)) {
                throw problem("is damaged", null);
            }
            name = file.getInt(at + 4);
            at += 12 + length;
        }
    }

    private Tensor decode(byte[] bytes) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(in, true, true);
            Raster raster = reader.read(0).getRaster();
            int size = raster.getWidth() * raster.getHeight();
            float[] values = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, new float[size]);
            float white = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
            for (int i = 0; i < size; i++) {
                values[i] /= white;
            }
            return Tensor.of(values, raster.getHeight(), raster.getWidth());
        } catch (IOException | RuntimeException e) {
            // The decoder answers damaged files with anything from IIOException to NegativeArraySizeException.
            throw problem("is damaged", e);
        } finally {
            reader.dispose();
        }
    }

    private RdeException problem(String what, @Nullable Exception cause) {
        String problem = "%s %s.".formatted(path, what);
        String remedy = "Expected is a grey PNG of %s.".formatted(expected);
        return cause == null ? new RdeException(problem, remedy) : new RdeException(problem, remedy, cause);
    }
}
