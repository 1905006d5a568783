package org.rde4j.samples.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.RecordComponent;
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
import org.rde4j.RateDistortion;
import org.rde4j.Representation;

/** A problem's settings as nested maps: each value is a record, so its components say everything. */
public final class Settings {
    private Settings() {}

    /**
     * All settings of a problem.
     *
     * @param problem the problem
     * @return maps, strings, numbers and nulls; {@code kind} names the variant, such as {@code wavelets}
     */
    public static Map<String, Object> of(RateDistortion problem) {
        Map<String, Object> settings = components(problem);
        settings.remove("kind");
        return settings;
    }

    /**
     * Whether settings that were read from a file are those of a problem. What is empty may be missing: a file can
     * be older than a setting.
     *
     * @param saved maps, strings, numbers and nulls as they come from JSON
     * @param problem the problem
     * @return true if every setting is the same
     */
    public static boolean equal(Map<String, Object> saved, RateDistortion problem) {
        ObjectMapper json = new ObjectMapper()
                .setDefaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL));
        return json.valueToTree(saved)
                .toString()
                .equals(json.valueToTree(of(problem)).toString());
    }

    static Map<String, Object> components(Record value) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("kind", lowerFirst(value.getClass().getSimpleName()));
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                settings.put(component.getName(), plain(component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        return settings;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? optional.getAsDouble() : null;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Settings::plain).toList();
        }
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return plain(constant);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, entry) -> plain.put(String.valueOf(key), plain(entry)));
            return plain;
        }
        return custom(value).orElseGet(() -> value instanceof Record nested ? components(nested) : value.toString());
    }

    /** "per scale" of PER_SCALE. */
    static String plain(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** What came through a custom door has a name and nothing else that could be written down. */
    private static Optional<Object> custom(Object value) {
        if (value instanceof Representation.Custom representation) {
            return Optional.of(representation.name());
        }
        if (value instanceof Obfuscation.Custom obfuscation) {
            return Optional.of(obfuscation.name());
        }
        return value instanceof Distortion.Custom distortion ? Optional.of(distortion.name()) : Optional.empty();
    }

    private static String lowerFirst(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
