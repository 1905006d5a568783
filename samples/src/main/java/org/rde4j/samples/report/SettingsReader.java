package org.rde4j.samples.report;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;

/** The way back from {@link Settings}: nested maps to the problem that they were made of. */
public final class SettingsReader {
    private SettingsReader() {}

    /**
     * A problem from its settings.
     *
     * @param settings what {@link Settings#of} made, or the same read from JSON
     * @return the problem
     * @throws RdeException if a setting is missing, has another form, or stands for something that code made
     *     (what came through a custom door, and dictionaries)
     */
    public static RateDistortion problem(Map<String, Object> settings) {
        return (RateDistortion) record(RateDistortion.class, settings);
    }

    private static Object record(Class<?> type, Map<?, ?> settings) {
        List<Object> values = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            types.add(component.getType());
            values.add(value(component.getGenericType(), settings.get(component.getName()), component.getName()));
        }
        try {
            return type.getDeclaredConstructor(types.toArray(Class<?>[]::new)).newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RdeException refused ? refused : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }

    private static Object value(Type type, @Nullable Object setting, String name) {
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (raw == Optional.class) {
            return Optional.ofNullable(setting).map(present -> value(argument(type), present, name));
        }
        if (raw == OptionalInt.class) {
            return setting instanceof Number n ? OptionalInt.of(n.intValue()) : OptionalInt.empty();
        }
        if (raw == OptionalDouble.class) {
            return setting instanceof Number n ? OptionalDouble.of(n.doubleValue()) : OptionalDouble.empty();
        }
        if (setting instanceof Map<?, ?> nested) {
            return record(variant(raw, String.valueOf(nested.get("kind")), name), nested);
        }
        if (setting instanceof List<?> list && raw == List.class) {
            return list.stream().map(each -> value(argument(type), each, name)).toList();
        }
        if (setting instanceof Number number) {
            return number(raw, number, name);
        }
        if (setting instanceof String text && raw.isEnum()) {
            return constant(raw, text, name);
        }
        if (setting instanceof Boolean && raw == boolean.class || setting instanceof String && raw == String.class) {
            return setting;
        }
        throw unreadable(name, setting);
    }

    private static Object constant(Class<?> type, String text, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> Settings.plain((Enum<?>) constant).equals(text))
                .findFirst()
                .orElseThrow(() -> unreadable(name, text));
    }

    private static Type argument(Type generic) {
        return ((ParameterizedType) generic).getActualTypeArguments()[0];
    }

    private static Object number(Class<?> type, Number number, String name) {
        if (type == int.class || type == Integer.class) {
            return number.intValue();
        }
        if (type == long.class) {
            return number.longValue();
        }
        if (type == double.class || type == Double.class) {
            return number.doubleValue();
        }
        throw unreadable(name, number);
    }

    /** The record of a kind among those that a type permits. */
    private static Class<?> variant(Class<?> type, String kind, String name) {
        return records(type)
                .filter(candidate ->
                        candidate.getSimpleName().toLowerCase(Locale.ROOT).equals(kind.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> unreadable(name, kind));
    }

    private static Stream<Class<?>> records(Class<?> type) {
        if (type.isRecord()) {
            return Stream.of(type);
        }
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(SettingsReader::records)
                : Stream.empty();
    }

    private static RdeException unreadable(String name, @Nullable Object setting) {
        return new RdeException(
                "The setting '%s' (%s) of the saved problem cannot be read back.".formatted(name, setting),
                "What code made must be made by code again; otherwise explain again with this version.");
    }
}
