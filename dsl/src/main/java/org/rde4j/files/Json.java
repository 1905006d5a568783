package org.rde4j.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rde4j.RdeException;

/**
 * JSON as plain values: maps with texts as keys, lists, texts, numbers, truth values and null.
 *
 * <p>JSON has no NaN and no infinities. They are written as the texts {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"}, and whoever expects a number takes these texts for it ({@code SettingsReader}).
 */
public final class Json {
    /** Deeper than anything that is written, and far from what fills a thread's stack. */
    private static final int DEEPEST = 64;

    private static final String INDENT = "  ";

    private final String text;
    private final String name;
    private int at;

    private Json(String text, String name) {
        this.text = text;
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @param file UTF-8, at most as long as {@link InputFiles#bytes} reads
     * @return maps ({@link LinkedHashMap}), lists, texts, {@link Long} or {@link Double}, {@link Boolean} and null
     * @throws RdeException if the file cannot be read or is no JSON
     */
    public static @Nullable Object read(Path file) {
        String text = InputFiles.text(file);
        return parse(text, file.toString());
    }

    /**
     * Reads a text.
     *
     * @param text all of it
     * @param name how errors call it
     * @return as {@link #read}
     * @throws RdeException if the text is no JSON
     */
    public static @Nullable Object parse(String text, String name) {
        Json json = new Json(text, name);
        Object value = json.value(0);
        json.skipSpace();
        if (json.at < text.length()) {
            throw json.wrong();
        }
        return value;
    }

    /**
     * Writes a value.
     *
     * @param value maps, lists, arrays of doubles, texts, numbers, truth values and null, nested at will
     * @return indented lines, the last one with its end
     */
    public static String text(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, "\n", out);
        return out.append('\n').toString();
    }

    private static void write(@Nullable Object value, String newLine, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            out.append('{');
            String separator = newLine + INDENT;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                quote(String.valueOf(entry.getKey()), out.append(separator));
                write(entry.getValue(), newLine + INDENT, out.append(" : "));
                separator = "," + newLine + INDENT;
            }
            out.append(map.isEmpty() ? "}" : newLine + "}");
        } else if (value instanceof List<?> list) {
            boolean plain = list.stream().noneMatch(item -> item instanceof Map || item instanceof List);
            String inner = plain ? " " : newLine + INDENT;
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                write(
                        list.get(i),
                        newLine + INDENT,
                        out.append(i == 0 ? "" : ",").append(inner));
            }
            out.append(list.isEmpty() ? "]" : (plain ? " " : newLine) + "]");
        } else if (value instanceof double[] numbers) {
            write(Arrays.stream(numbers).boxed().toList(), newLine, out);
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())
                || value instanceof Boolean
                || value == null) {
            out.append(value);
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                // Escaped one by one, halves of pairs that stand alone survive too.
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private @Nullable Object value(int depth) {
        skipSpace();
        if (depth > DEEPEST || at == text.length()) {
            throw wrong();
        }
        char first = text.charAt(at);
        return switch (first) {
            case '{' -> map(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> map(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        at++;
        if (taken('}')) {
            return map;
        }
        do {
            skipSpace();
            String key = string();
            require(':');
            if (map.containsKey(key)) {
                throw wrong();
            }
            map.put(key, value(depth + 1));
        } while (taken(','));
        require('}');
        return map;
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        at++;
        if (taken(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (taken(','));
        require(']');
        return list;
    }

    private String string() {
        if (at == text.length() || text.charAt(at++) != '"') {
            throw wrong();
        }
        StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            if (c < ' ') {
                throw wrong();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        throw wrong();
    }

    private char escaped() {
        if (at == text.length()) {
            throw wrong();
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw wrong();
        };
    }

    private char hexadecimal() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() && text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw wrong();
            }
            code = 16 * code + digit;
            at++;
        }
        return (char) code;
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    private Number number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = from;
            throw wrong();
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException fractionOrHuge) {
            return Double.parseDouble(digits);
        }
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean taken(char c) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void require(char c) {
        if (!taken(c)) {
            throw wrong();
        }
    }

    private RdeException wrong() {
        long line = 1
                + text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return new RdeException(
                "%s is no JSON: line %s, or the end is missing.".formatted(name, line), "Copy or save the file again.");
    }
}
