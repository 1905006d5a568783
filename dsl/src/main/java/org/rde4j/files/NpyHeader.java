package org.rde4j.files;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rde4j.RdeException;

/**
 * The header of a {@code .npy} file: a Python dictionary literal with three known keys. It is matched, never
 * evaluated.
 *
 * @param type what each value is
 * @param order the byte order of the values
 * @param fortran whether the first axis runs fastest
 * @param shape the sizes of the axes, each from 1 to 2³¹−1
 */
record NpyHeader(ValueType type, ByteOrder order, boolean fortran, int[] shape) {
    private static final Pattern DESCR = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([<>|=]?)([a-z?]\\d*)['\"]");
    private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([\\d\\s,L]*)\\)");

    static NpyHeader parse(byte[] text, String file) {
        String header = new String(text, StandardCharsets.UTF_8);
        Matcher descr = find(DESCR, header, "descr", file);
        boolean big = descr.group(1).equals(">");
        return new NpyHeader(
                ValueType.named(descr.group(2), file),
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                find(ORDER, header, "fortran_order", file).group(1).equals("True"),
                axes(find(SHAPE, header, "shape", file).group(1), file));
    }

    /** The header that {@link Npy#write} puts before little-endian float32 values. */
    static String text(int[] shape) {
        String axes = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return "{'descr': '<f4', 'fortran_order': False, 'shape': (%s%s), }"
                .formatted(axes, shape.length == 1 ? "," : "");
    }

    private static Matcher find(Pattern pattern, String header, String key, String file) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new RdeException(
                    "The header of %s has no '%s' that rde4j understands.".formatted(file, key),
                    "Save a plain array of numbers with numpy.save.");
        }
        return matcher;
    }

    private static int[] axes(String list, String file) {
        try {
            int[] axes = Arrays.stream(list.split(","))
                    .map(axis -> axis.replace("L", "").strip())
                    .filter(axis -> !axis.isEmpty())
                    .mapToInt(Integer::parseInt)
                    .toArray();
            if (Arrays.stream(axes).allMatch(axis -> axis >= 1)) {
                return axes;
            }
        } catch (NumberFormatException tooLarge) {
            // The same sentence as for an empty axis.
        }
        throw new RdeException(
                "The shape (%s) of %s must have axes of 1 to 2147483647 values.".formatted(list.strip(), file),
                "Save an array that is not empty.");
    }

    /** The number of values, which may be more than any array can hold. */
    long count() {
        long count = 1;
        for (int axis : shape) {
            count = saturatedProduct(count, axis);
        }
        return count;
    }

    private static long saturatedProduct(long a, long b) {
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }
}
