package org.rde4j.files;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rde4j.Descent;
import org.rde4j.RdeException;
import org.rde4j.Tensor;

/**
 * The way back from {@link Settings}: plain values to the record that they were made of. What code made comes back as
 * something that has its name, prints and compares, but that no backend compiles.
 */
public final class SettingsReader {
    private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

    private static final String REMEDY = "Copy the folder again, or explain again with this version.";

    private final Finder finder;
    private final String file;

    private SettingsReader(Finder finder, String file) {
        this.finder = finder;
        this.file = file;
    }

    /** Finds the tensors that a {@link Settings.Keeper} has kept. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Finds a tensor.
         *
         * @param kept the text that the keeper returned
         * @return the tensor, or null if there is none
         */
        @Nullable
        Tensor tensor(String kept);
    }

    /**
     * A record from its settings.
     *
     * @param type the record's class
     * @param settings what {@link Settings#of} made, or the same read from JSON; components that may be empty may be
     *     missing
     * @param finder of its tensors
     * @param file how errors call the place that the settings are from
     * @param <T> the record's class
     * @return an equal record
     * @throws RdeException if a setting is missing, has another form or is out of its range
     */
    public static <T extends Record> T read(Class<T> type, Map<?, ?> settings, Finder finder, String file) {
        return type.cast(new SettingsReader(finder, file).record("", type, settings));
    }

    private Object record(String place, Class<?> type, Map<?, ?> settings) {
        List<@Nullable Object> values = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            types.add(component.getType());
            values.add(value(
                    place.isEmpty() ? name : place + "." + name, component.getGenericType(), setting(settings, name)));
        }
        try {
            return type.getDeclaredConstructor(types.toArray(Class<?>[]::new)).newInstance(values.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RdeException refused) {
                throw new RdeException(
                        file + ": " + String.valueOf(refused.getMessage()).replaceFirst("\n(?s).*", ""),
                        REMEDY,
                        refused);
            }
            throw unreadable(place, settings, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }

    /** Solvers had a descent before they could converge. */
    private static @Nullable Object setting(Map<?, ?> settings, String name) {
        if (name.equals("minimiser") && settings.get("descent") instanceof Map<?, ?> before) {
            Map<Object, @Nullable Object> descent = new LinkedHashMap<>(before);
            descent.put("kind", Settings.kind(Descent.class));
            return descent;
        }
        return settings.get(name);
    }

    private @Nullable Object value(String place, Type type, @Nullable Object setting) {
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (raw == Optional.class) {
            return Optional.ofNullable(setting).map(present -> value(place, argument(type, 0), present));
        }
        if (raw == OptionalInt.class) {
            return setting == null ? OptionalInt.empty() : OptionalInt.of((int) number(place, int.class, setting));
        }
        if (raw == OptionalDouble.class) {
            return setting == null
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((double) number(place, double.class, setting));
        }
        if (raw.isPrimitive() && raw != boolean.class || Number.class.isAssignableFrom(raw)) {
            return number(place, raw, setting);
        }
        if (setting instanceof String text && raw == Tensor.class) {
            Tensor tensor = finder.tensor(text);
            if (tensor == null) {
                throw new RdeException("%s: the array %s of '%s' is missing.".formatted(file, text, place), REMEDY);
            }
            return tensor;
        }
        if (setting instanceof Map<?, ?> nested) {
            return raw == Map.class ? map(place, type, nested) : record(place, raw, nested, setting);
        }
        if (setting instanceof List<?> list && raw == List.class) {
            return IntStream.range(0, list.size())
                    .mapToObj(i -> value("%s[%s]".formatted(place, i), argument(type, 0), list.get(i)))
                    .toList();
        }
        if (setting instanceof String text && raw.isEnum()) {
            return Arrays.stream(raw.getEnumConstants())
                    .filter(constant -> Settings.plain((Enum<?>) constant).equals(text))
                    .findFirst()
                    .orElseThrow(() -> unreadable(place, text, null));
        }
        if (setting instanceof Boolean && raw == boolean.class || setting instanceof String && raw == String.class) {
            return setting;
        }
        throw unreadable(place, setting, null);
    }

    private Map<String, @Nullable Object> map(String place, Type type, Map<?, ?> entries) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        entries.forEach(
                (key, entry) -> map.put(String.valueOf(key), value(place + "." + key, argument(type, 1), entry)));
        return map;
    }

    private static Type argument(Type generic, int index) {
        Type argument = ((ParameterizedType) generic).getActualTypeArguments()[index];
        return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
    }

    private Object number(String place, Class<?> type, @Nullable Object setting) {
        boolean whole = setting instanceof Long || setting instanceof Integer;
        if (whole && setting instanceof Number number) {
            if (type == int.class || type == Integer.class) {
                if (number.longValue() == number.intValue()) {
                    return number.intValue();
                }
                throw unreadable(place, setting, null);
            }
            if (type == long.class || type == Long.class) {
                return number.longValue();
            }
        }
        if (type == double.class || type == Double.class) {
            if (setting instanceof Number number) {
                return number.doubleValue();
            }
            if (setting instanceof String text && NOT_FINITE.contains(text)) {
                return Double.parseDouble(text);
            }
        }
        throw unreadable(place, setting, null);
    }

    /** A record of the type, or of the kind among those that the type permits. */
    private Object record(String place, Class<?> type, Map<?, ?> settings, @Nullable Object setting) {
        String kind = String.valueOf(settings.get("kind"));
        if (kind.equals(Settings.CUSTOM) && type.isAssignableFrom(MadeByCode.class)) {
            Object factor = settings.get("factor");
            return new MadeByCode(
                    String.valueOf(value(place + ".name", String.class, settings.get("name"))),
                    factor == null ? 1 : (double) number(place + ".factor", double.class, factor));
        }
        Class<?> variant = records(type)
                .filter(candidate -> type.isRecord() || Settings.kind(candidate).equals(kind))
                .findFirst()
                .orElseThrow(() -> unreadable(place, type.isSealed() ? kind : setting, null));
        return record(place, variant, settings);
    }

    private static Stream<Class<?>> records(Class<?> type) {
        if (type.isRecord()) {
            return Stream.of(type);
        }
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(SettingsReader::records)
                : Stream.empty();
    }

    private RdeException unreadable(String place, @Nullable Object setting, @Nullable Throwable cause) {
        if (setting == null) {
            return new RdeException("%s lacks '%s'.".formatted(file, place), REMEDY);
        }
        String problem = String.format(
                Locale.ROOT,
                "%s: '%s' has a value that does not fit: %s.",
                file,
                place,
                shortened(String.valueOf(setting)));
        return cause == null ? new RdeException(problem, REMEDY) : new RdeException(problem, REMEDY, cause);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
