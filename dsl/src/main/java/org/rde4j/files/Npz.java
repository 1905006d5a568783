package org.rde4j.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/** NumPy's {@code .npz} archives: a zip of {@code .npy} files, as numpy.load and numpy.savez_compressed know it. */
public final class Npz {
    /** A small archive must not unfold into more than this. */
    private static final int MOST_BYTES = 512 << 20;

    private Npz() {}

    /**
     * Reads all arrays.
     *
     * @param path the archive
     * @return the arrays under their names without {@code .npy}, in the archive's order
     * @throws RdeException if the archive is missing, damaged or unfolds into more than 512 MiB
     */
    public static Map<String, Tensor> read(Path path) {
        InputFiles.requireReadable(path);
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        int left = MOST_BYTES;
        // ZipFile reads the directory at the end, so a truncated archive cannot pass for a shorter one.
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                byte[] content = content(zip, entry, left, path);
                left -= content.length;
                String name = entry.getName().replaceFirst("\\.npy$", "");
                arrays.put(name, Npy.parse(content, path + ":" + entry.getName()));
            }
        } catch (RdeException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new RdeException(
                    "%s is not a complete .npz archive.".formatted(path), "Copy or save the file again.", e);
        }
        return arrays;
    }

    private static byte[] content(ZipFile zip, ZipEntry entry, int most, Path path) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] content = in.readNBytes(most);
            if (content.length == most) {
                throw new RdeException(
                        "%s unfolds into more than %s bytes.".formatted(path, MOST_BYTES),
                        "Give an archive of masks that rde4j has written.");
            }
            return content;
        }
    }

    /**
     * Writes a compressed archive. The same arrays give the same bytes.
     *
     * @param arrays the arrays by name
     * @param path the file, created or replaced
     * @throws IOException if writing fails
     */
    public static void write(Map<String, Tensor> arrays, Path path) throws IOException {
        try (OutputStream out = Files.newOutputStream(path);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey() + ".npy");
                entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                Npy.write(array.getValue(), zip);
                zip.closeEntry();
            }
        }
    }
}
