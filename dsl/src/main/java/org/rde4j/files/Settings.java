package org.rde4j.files;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rde4j.Distortion;
import org.rde4j.Obfuscation;
import org.rde4j.Representation;
import org.rde4j.Tensor;

/**
 * Records as the plain values of {@link Json}: each of rde4j's values is a record, so its components say everything.
 *
 * <p>A record is a map of its components; {@code kind} names the variant where there are several, such as
 * {@code wavelets}. A constant is its name in lower case, such as {@code per scale}. What code made has a name and
 * nothing else that could be written down. {@link SettingsReader} is the way back.
 */
public final class Settings {
    /** The kind of what code made. */
    static final String CUSTOM = "custom";

    private final Keeper keeper;

    private Settings(Keeper keeper) {
        this.keeper = keeper;
    }

    /** Keeps the numbers of tensors, which have no place in JSON. */
    @FunctionalInterface
    public interface Keeper {
        /**
         * Keeps a tensor.
         *
         * @param place where it was found, such as {@code problem.representation.atoms}
         * @param tensor what to keep
         * @return a text by which {@link SettingsReader.Finder#tensor} finds it
         */
        String keep(String place, Tensor tensor);
    }

    /**
     * All components of a record, with shapes in the place of tensors.
     *
     * @param value the record
     * @return maps, lists, texts, numbers, truth values and nulls
     */
    public static Map<String, @Nullable Object> of(Record value) {
        return of(value, (place, tensor) -> tensor.toString());
    }

    /**
     * All components of a record.
     *
     * @param value the record
     * @param keeper of its tensors
     * @return maps, lists, texts, numbers, truth values and nulls
     */
    public static Map<String, @Nullable Object> of(Record value, Keeper keeper) {
        return new Settings(keeper).components("", value);
    }

    private Map<String, @Nullable Object> components(String place, Record value) {
        Map<String, @Nullable Object> settings = new LinkedHashMap<>();
        if (hasSiblings(value.getClass())) {
            settings.put("kind", kind(value.getClass()));
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                String inner = place.isEmpty() ? component.getName() : place + "." + component.getName();
                settings.put(
                        component.getName(),
                        plain(inner, component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        return settings;
    }

    /** The names of a record's components. */
    static List<String> names(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private static boolean hasSiblings(Class<?> record) {
        return Arrays.stream(record.getInterfaces()).anyMatch(Class::isSealed);
    }

    private @Nullable Object plain(String place, @Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(place, optional.orElse(null));
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? optional.getAsDouble() : null;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> plain = new ArrayList<>();
            list.forEach(item -> plain.add(plain("%s.%s".formatted(place, plain.size()), item)));
            return plain;
        }
        if (value instanceof Enum<?> constant) {
            return plain(constant);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, entry) -> plain.put(String.valueOf(key), plain(place + "." + key, entry)));
            return plain;
        }
        if (value instanceof Tensor tensor) {
            return keeper.keep(place, tensor);
        }
        return value == null || value instanceof Number || value instanceof Boolean
                ? value
                : custom(value)
                        .orElseGet(() -> value instanceof Record nested ? components(place, nested) : value.toString());
    }

    /** "per scale" of PER_SCALE. */
    static String plain(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Optional<Object> custom(Object value) {
        Map<String, Object> custom = new LinkedHashMap<>();
        custom.put("kind", CUSTOM);
        if (value instanceof Representation.Custom representation) {
            custom.put("name", representation.name());
        }
        if (value instanceof Obfuscation.Custom obfuscation) {
            custom.put("name", obfuscation.name());
        }
        if (value instanceof Distortion.Custom distortion) {
            custom.put("name", distortion.name());
            custom.put("factor", distortion.factor());
        }
        return custom.size() == 1 ? Optional.empty() : Optional.of(custom);
    }

    /**
     * What a variant is called.
     *
     * @param record its class
     * @return such as {@code labelMap}
     */
    public static String kind(Class<?> record) {
        String name = record.getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
