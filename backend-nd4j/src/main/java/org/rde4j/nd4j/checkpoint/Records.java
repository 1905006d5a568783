package org.rde4j.nd4j.checkpoint;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.rde4j.RdeException;

/**
 * Records in files. Components follow each other in their order; they are numbers, truth values, texts, records, and
 * arrays, lists and optionals of such. What is read is checked by the records' own constructors.
 */
public final class Records {
    private Records() {}

    /**
     * Writes a record.
     *
     * @param out where to
     * @param record what to write
     * @throws IOException if it cannot be written
     */
    public static void write(DataOutputStream out, Record record) throws IOException {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            write(out, value(component, record), component.getGenericType());
        }
    }

    /**
     * Reads a record.
     *
     * @param in what {@link #write} wrote; a stream that knows how many bytes are left, as those of files do
     * @param type the record's class
     * @return an equal record
     * @throws IOException if it ends too early or cannot be what was written
     */
    public static <T extends Record> T read(DataInputStream in, Class<T> type) throws IOException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(in, components[i].getGenericType());
        }
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RdeException || e.getCause() instanceof IllegalArgumentException) {
                throw damaged();
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(DataOutputStream out, Object value, Type type) throws IOException {
        if (value instanceof Integer i) {
            out.writeInt(i);
        } else if (value instanceof Long l) {
            out.writeLong(l);
        } else if (value instanceof Double d) {
            out.writeDouble(d);
        } else if (value instanceof Boolean b) {
            out.writeBoolean(b);
        } else if (value instanceof Enum<?> constant) {
            out.writeInt(constant.ordinal());
        } else if (value instanceof String s) {
            Checkpoint.write(out, s);
        } else if (value instanceof float[] floats) {
            out.writeInt(floats.length);
            Checkpoint.write(out, floats);
        } else if (value.getClass().isArray()) {
            out.writeInt(Array.getLength(value));
            for (int i = 0; i < Array.getLength(value); i++) {
                write(out, Array.get(value, i), value.getClass().getComponentType());
            }
        } else if (value instanceof List<?> list) {
            out.writeInt(list.size());
            for (Object each : list) {
                write(out, each, argument(type));
            }
        } else if (value instanceof OptionalDouble optional) {
            out.writeBoolean(optional.isPresent());
            out.writeDouble(optional.orElse(0));
        } else if (value instanceof Optional<?> optional) {
            out.writeBoolean(optional.isPresent());
            if (optional.isPresent()) {
                write(out, optional.get(), argument(type));
            }
        } else {
            write(out, (Record) value);
        }
    }

    private static Object read(DataInputStream in, Type type) throws IOException {
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
        if (raw == int.class || raw == Integer.class) {
            return in.readInt();
        } else if (raw == long.class || raw == Long.class) {
            return in.readLong();
        } else if (raw == double.class || raw == Double.class) {
            return in.readDouble();
        } else if (raw == boolean.class || raw == Boolean.class) {
            return in.readBoolean();
        } else if (raw.isEnum()) {
            Object[] constants = raw.getEnumConstants();
            int ordinal = in.readInt();
            if (ordinal < 0 || ordinal >= constants.length) {
                throw damaged();
            }
            return constants[ordinal];
        } else if (raw == String.class) {
            return Checkpoint.text(in, in.available());
        } else if (raw == float[].class) {
            byte[] bytes = new byte[Float.BYTES * count(in, Float.BYTES)];
            in.readFully(bytes);
            float[] values = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
            return values;
        } else if (raw.isArray()) {
            Object array = Array.newInstance(raw.getComponentType(), count(in, 1));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, read(in, raw.getComponentType()));
            }
            return array;
        } else if (raw == List.class) {
            List<Object> list = new ArrayList<>();
            for (int left = count(in, 1); left > 0; left--) {
                list.add(read(in, argument(type)));
            }
            return List.copyOf(list);
        } else if (raw == OptionalDouble.class) {
            boolean present = in.readBoolean();
            double value = in.readDouble();
            return present ? OptionalDouble.of(value) : OptionalDouble.empty();
        } else if (raw == Optional.class) {
            return in.readBoolean() ? Optional.of(read(in, argument(type))) : Optional.empty();
        }
        return read(in, raw.asSubclass(Record.class));
    }

    private static Type argument(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    /** How many follow, each of at least so many bytes. */
    private static int count(DataInputStream in, int bytes) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > in.available() / bytes) {
            throw damaged();
        }
        return count;
    }

    private static IOException damaged() {
        return new IOException("it is damaged");
    }
}
