package org.rde4j.samples.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.rde4j.RdeException;
import org.rde4j.files.InputFiles;

/** JPEG and PNG files, decoded to 8-bit RGB and turned upright. Nothing else is decoded, whatever is on the class path. */
final class PictureFile {
    private static final List<String> FORMATS = List.of("jpeg", "png");
    /** About 0.8 GB while decoding the widest pixels. */
    private static final long MOST_PIXELS = 100_000_000;

    private PictureFile() {}

    static Rgb read(Path path) {
        byte[] file = InputFiles.bytes(path);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            ImageReader reader = reader(in, path);
            try {
                reader.setInput(in, true, true);
                requireModestSize(reader.getWidth(0), reader.getHeight(0), path);
                boolean jpeg = isJpeg(reader);
                if (jpeg) {
                    Jpeg.requireComplete(file, path);
                } else {
                    Png.requireComplete(file, path);
                }
                BufferedImage image = reader.read(0);
                return (jpeg ? Jpeg.orientation(file) : Png.orientation(file)).apply(Samples.rgb(image, path));
            } finally {
                reader.dispose();
            }
        } catch (RdeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders answer damaged files with anything from IIOException to NegativeArraySizeException.
            throw new RdeException(
                    "%s is damaged or truncated and cannot be decoded.".formatted(path),
                    "Copy or save the picture again.",
                    e);
        }
    }

    private static ImageReader reader(ImageInputStream in, Path path) throws IOException {
        for (Iterator<ImageReader> readers = ImageIO.getImageReaders(in); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
        }
        throw new RdeException(
                "%s is neither a JPEG nor a PNG picture.".formatted(path),
                "Convert it, or give a .npy file [3, H, W] in [0, 1].");
    }

    private static boolean isJpeg(ImageReader reader) throws IOException {
        return reader.getFormatName().equalsIgnoreCase("jpeg");
    }

    private static void requireModestSize(int width, int height, Path path) {
        if ((long) width * height > MOST_PIXELS) {
            throw new RdeException(
                    "%s has %s×%s pixels, more than the %s that rde4j decodes."
                            .formatted(path, width, height, MOST_PIXELS),
                    "Scale it down first.");
        }
    }
}
