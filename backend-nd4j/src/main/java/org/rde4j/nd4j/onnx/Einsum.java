package org.rde4j.nd4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/**
 * Einstein's sums: products of any number of values whose axes have names, summed over the names that the result does not
 * have. Values are taken in one by one, each by one matrix product.
 */
final class Einsum {
    static final Map<String, Operator> TABLE = Map.of("Einsum", Operator.of(call -> new Einsum(call).value()));

    private static final String ELLIPSIS = "...";

    private final Call call;
    private final Graph graph;
    private final String equation;

    private Einsum(Call call) {
        this.call = call;
        this.graph = call.graph();
        this.equation = call.node().text("equation", "").replace(" ", "");
    }

    /**
     * A value with named axes.
     *
     * @param node its values
     * @param names one for each axis, all different
     */
    private record Named(Node node, List<String> names) {

        long size(String name) {
            return names.contains(name) ? node.size(names.indexOf(name)) : 1;
        }

        boolean has(String name) {
            return names.contains(name);
        }
    }

    private Value value() {
        int arrow = equation.indexOf("->");
        String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        List<Value> inputs = call.inputs();
        if (terms.length != inputs.size()) {
            throw refused("has %s terms for %s inputs".formatted(terms.length, inputs.size()));
        }
        List<Named> operands = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            Node node = call.activation(inputs.get(i)).plain();
            operands.add(new Named(
                    node, names(terms[i], node.rank() - letters(terms[i]).length())));
        }
        int broadcast = IntStream.range(0, terms.length)
                .map(i -> operands.get(i).names().size() - letters(terms[i]).length())
                .max()
                .orElse(0);
        List<String> result = names(arrow < 0 ? implied(terms) : equation.substring(arrow + 2), broadcast);
        List<Named> fitted = fitted(operands, result);
        Named all = fitted.get(0);
        for (int i = 1; i < fitted.size(); i++) {
            Set<String> later = new HashSet<>(result);
            fitted.subList(i + 1, fitted.size()).forEach(operand -> later.addAll(operand.names()));
            all = product(all, fitted.get(i), later);
        }
        return Activation.plain(graph, ordered(summed(all, result), result).node());
    }

    private RdeException refused(String problem) {
        return call.refused(
                "sums '%s', which %s".formatted(equation, problem), "Write it as matrix products and sums.");
    }

    private static String letters(String term) {
        return term.replace(ELLIPSIS, "");
    }

    /**
     * The names of a term's axes. Letters name themselves; axes of an ellipsis are counted from the last one, so that those
     * of different values fit as broadcasting wants.
     */
    private List<String> names(String term, int unnamed) {
        int dots = term.indexOf(ELLIPSIS);
        String letters = letters(term);
        if (!letters.chars().allMatch(Character::isLetter) || letters.length() < term.length() - ELLIPSIS.length()) {
            throw refused("is not made of letters, commas, an arrow and dots");
        }
        if (unnamed < 0 || dots < 0 && unnamed > 0) {
            throw refused("does not fit the ranks of " + call.inputs());
        }
        List<String> names =
                new ArrayList<>(letters.chars().mapToObj(Character::toString).toList());
        if (new HashSet<>(names).size() < names.size()) {
            throw refused("takes a diagonal");
        }
        for (int i = 1; i <= unnamed; i++) {
            names.add(dots, ELLIPSIS + i);
        }
        return names;
    }

    /** Without an arrow: the ellipsis, then the letters that come once, in the order of the alphabet. */
    private static String implied(String[] terms) {
        Map<Character, Integer> counts = new TreeMap<>();
        String all = letters(String.join("", terms));
        all.chars().forEach(letter -> counts.merge((char) letter, 1, Integer::sum));
        StringBuilder result = new StringBuilder(String.join("", terms).contains(ELLIPSIS) ? ELLIPSIS : "");
        counts.forEach((letter, count) -> result.append(count == 1 ? letter : ""));
        return result.toString();
    }

    /** The values without axes of size 1 along which they are repeated. */
    private List<Named> fitted(List<Named> operands, List<String> result) {
        Map<String, Long> sizes = new TreeMap<>();
        operands.forEach(operand -> operand.names().forEach(name -> sizes.merge(name, operand.size(name), Math::max)));
        if (!sizes.keySet().containsAll(result)) {
            throw refused("has names in its result that no input has");
        }
        List<Named> fitted = new ArrayList<>();
        for (Named operand : operands) {
            if (operand.names().stream().anyMatch(n -> operand.size(n) != 1 && operand.size(n) != sizes.get(n))) {
                throw refused("does not fit the sizes of " + call.inputs());
            }
            List<String> kept = operand.names().stream()
                    .filter(name -> operand.size(name) == sizes.get(name))
                    .toList();
            fitted.add(new Named(graph.reshape(operand.node(), sizes(operand, kept)), kept));
        }
        return fitted;
    }

    private static long[] sizes(Named a, Collection<String> names) {
        return names.stream().mapToLong(a::size).toArray();
    }

    /** The product of two values, summed over the common names that are not wanted later. */
    private Named product(Named first, Named second, Set<String> later) {
        Named a = summed(first, union(second.names(), later));
        Named b = summed(second, union(first.names(), later));
        List<String> common = a.names().stream().filter(b::has).toList();
        List<String> batch = common.stream().filter(later::contains).toList();
        List<String> inner =
                common.stream().filter(name -> !later.contains(name)).toList();
        List<String> rows = a.names().stream().filter(name -> !b.has(name)).toList();
        List<String> columns = b.names().stream().filter(name -> !a.has(name)).toList();
        List<String> names = joined(batch, rows, columns);
        long[] shape = names.stream()
                .mapToLong(name -> Math.max(a.size(name), b.size(name)))
                .toArray();
        Node left = ordered(a, joined(batch, rows, inner)).node();
        Node right = ordered(b, joined(batch, inner, columns)).node();
        Node result;
        if (inner.isEmpty()) {
            result = graph.mul(graph.reshape(left, sizes(a, names)), graph.reshape(right, sizes(b, names)));
        } else {
            long[] count = batch.isEmpty() ? new long[0] : new long[] {Shapes.length(sizes(a, batch))};
            long m = Shapes.length(sizes(a, rows));
            long k = Shapes.length(sizes(a, inner));
            long n = Shapes.length(sizes(b, columns));
            result = graph.matmul(
                    graph.reshape(left, appended(count, m, k)), graph.reshape(right, appended(count, k, n)));
        }
        return new Named(graph.reshape(result, shape), names);
    }

    private static Set<String> union(Collection<String> a, Collection<String> b) {
        Set<String> union = new HashSet<>(a);
        union.addAll(b);
        return union;
    }

    @SafeVarargs
    private static List<String> joined(List<String>... lists) {
        return Stream.of(lists).flatMap(List::stream).toList();
    }

    private static long[] appended(long[] shape, long rows, long columns) {
        long[] longer = Arrays.copyOf(shape, shape.length + 2);
        longer[shape.length] = rows;
        longer[shape.length + 1] = columns;
        return longer;
    }

    /** The sum over all other names. */
    private Named summed(Named a, Collection<String> wanted) {
        int[] axes = IntStream.range(0, a.names().size())
                .filter(axis -> !wanted.contains(a.names().get(axis)))
                .toArray();
        return axes.length == 0
                ? a
                : new Named(
                        graph.sum(a.node(), false, axes),
                        a.names().stream().filter(wanted::contains).toList());
    }

    private Named ordered(Named a, List<String> names) {
        return new Named(
                graph.permute(
                        a.node(), names.stream().mapToInt(a.names()::indexOf).toArray()),
                names);
    }
}
