package org.rde4j.nd4j.explain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rde4j.Tensor;
import org.rde4j.nd4j.model.Nd4jModel;

/**
 * A digest of values that is the same in every run of the program: records by their components, tensors by their
 * numbers, models by their names. Functions cannot be told apart, so what is made of them counts by its name.
 */
final class Fingerprint {
    private static final int CHUNK = 1 << 20;

    private final MessageDigest digest;

    private Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The digest of some values as hexadecimal digits. */
    static String of(Object... values) {
        Fingerprint fingerprint = new Fingerprint();
        for (Object value : values) {
            fingerprint.add(value);
        }
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(@Nullable Object value) {
        if (value == null) {
            write("nothing");
        } else if (value instanceof Tensor tensor) {
            add(tensor.shape());
            add(tensor.values());
        } else if (value instanceof float[] values) {
            // Piece by piece: data sets may be larger than a buffer can be.
            for (int from = 0; from < values.length; from += CHUNK) {
                int length = Math.min(CHUNK, values.length - from);
                ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);
                bytes.asFloatBuffer().put(values, from, length);
                digest.update(bytes);
            }
        } else if (value instanceof int[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
            bytes.asIntBuffer().put(values);
            digest.update(bytes);
        } else if (value instanceof List<?> list) {
            write("list of " + list.size());
            list.forEach(this::add);
        } else if (value instanceof Map<?, ?> map) {
            write("map of " + map.size());
            new TreeMap<>(map).forEach((key, entry) -> add(List.of(key, entry)));
        } else if (value instanceof Optional<?> optional) {
            add(optional.isPresent() ? List.of(optional.get()) : List.of());
        } else if (value instanceof Nd4jModel model) {
            write("model " + model.name());
        } else if (value instanceof Record made) {
            addComponents(made);
        } else {
            write(text(value));
        }
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    private void addComponents(Record made) {
        write(made.getClass().getName());
        for (var component : made.getClass().getRecordComponents()) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                add(accessor.invoke(made));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }

    private static String text(Object value) {
        boolean plain = value instanceof Number
                || value instanceof Boolean
                || value instanceof CharSequence
                || value instanceof OptionalInt
                || value instanceof OptionalDouble;
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        return plain ? value.toString() : "function";
    }
}
