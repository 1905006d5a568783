package org.rde4j.radiomap.explanation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.rde4j.Explanation;
import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Place;
import org.rde4j.radiomap.scene.Scene;

/**
 * The buildings and measurements that an estimated radio map comes from.
 *
 * @param scene what the network was told
 * @param buildings [H, W], the number of the building at each place, 0 on streets
 * @param explanation the masks {@code buildings} and {@code measurements}, and what was measured of them
 * @param distortionOfNothing the distortion where no component is kept; where replacements are random, a mean over 64
 *     samples
 */
public record RadioExplanation(Scene scene, Tensor buildings, Explanation explanation, double distortionOfNothing) {
    private static final float HALF = 0.5f;

    /**
     * The components that are kept.
     *
     * @return in the order of their choice; for solvers that do not choose one by one, those with a mask of at least
     *     one half, the largest first
     */
    public List<Chosen> chosen() {
        if (explanation.pursuit().isPresent()) {
            return explanation.pursuit().get().picks().stream()
                    .map(pick -> described(pick.component(), OptionalDouble.of(pick.distortion())))
                    .toList();
        }
        Map<String, Tensor> masks =
                explanation.binary().map(Explanation.Binary::masks).orElse(explanation.masks());
        List<Explanation.Component> kept = new ArrayList<>();
        masks.forEach((block, mask) -> IntStream.range(0, mask.size())
                .filter(i -> mask.get(i) >= HALF)
                .forEach(i -> kept.add(new Explanation.Component(block, i))));
        kept.sort(Comparator.comparing(
                (Explanation.Component c) -> -explanation.masks().get(c.block()).get(c.index())));
        return kept.stream()
                .map(component -> described(component, OptionalDouble.empty()))
                .toList();
    }

    /**
     * The chosen measurements.
     *
     * @return in the order of their choice
     */
    public List<Chosen.Measurement> chosenMeasurements() {
        return chosen().stream()
                .filter(Chosen.Measurement.class::isInstance)
                .map(Chosen.Measurement.class::cast)
                .toList();
    }

    /**
     * The chosen buildings.
     *
     * @return in the order of their choice
     */
    public List<Chosen.Building> chosenBuildings() {
        return chosen().stream()
                .filter(Chosen.Building.class::isInstance)
                .map(Chosen.Building.class::cast)
                .toList();
    }

    /**
     * The distortion as more and more components are kept.
     *
     * @return entry n is that of the first n choices; the first entry alone if the solver did not choose one by one
     */
    public double[] curve() {
        double[] curve =
                new double[1 + explanation.pursuit().map(p -> p.picks().size()).orElse(0)];
        curve[0] = distortionOfNothing;
        for (int i = 1; i < curve.length; i++) {
            curve[i] = explanation.pursuit().orElseThrow().picks().get(i - 1).distortion();
        }
        return curve;
    }

    /**
     * How much of what the choices gained came with buildings. Late choices hardly change the distortion, so this says
     * more about what an estimate relies on than counting does.
     *
     * @return the sum of the distortion's decreases at chosen buildings, over its whole decrease; 0 if it did not
     *     decrease or the solver did not choose one by one
     */
    public double shareOfBuildings() {
        double[] curve = curve();
        List<Chosen> chosen = chosen();
        double whole = curve[0] - curve[curve.length - 1];
        double buildings = IntStream.range(1, curve.length)
                .filter(i -> chosen.get(i - 1) instanceof Chosen.Building)
                .mapToDouble(i -> curve[i - 1] - curve[i])
                .sum();
        return whole > 0 ? buildings / whole : 0;
    }

    private Chosen described(Explanation.Component component, OptionalDouble distortion) {
        return component.block().equals(RadioQuestion.BUILDINGS)
                ? building(component.index() + 1, distortion)
                : measurement(component.index(), distortion);
    }

    private Chosen.Building building(int label, OptionalDouble distortion) {
        int columns = scene.columns();
        int[] places = places(buildings.values(), value -> value == label);
        int top = places[0] / columns;
        int bottom = places[places.length - 1] / columns;
        int left = IntStream.of(places).map(p -> p % columns).min().orElseThrow();
        int right = IntStream.of(places).map(p -> p % columns).max().orElseThrow();
        return new Chosen.Building(label, top, left, bottom - top + 1, right - left + 1, distortion);
    }

    private Chosen.Measurement measurement(int index, OptionalDouble distortion) {
        int place = places(scene.measured().values(), value -> value != 0)[index];
        Place where = new Place(place / scene.columns(), place % scene.columns());
        return new Chosen.Measurement(where, scene.gain().get(where.row(), where.column()), distortion);
    }

    private static int[] places(float[] map, Test wanted) {
        return IntStream.range(0, map.length).filter(i -> wanted.of(map[i])).toArray();
    }

    @FunctionalInterface
    private interface Test {
        boolean of(float value);
    }

    /** Masks of the same shapes that keep nothing. */
    static Map<String, Tensor> nothing(Map<String, Tensor> masks) {
        Map<String, Tensor> zeros = new LinkedHashMap<>();
        masks.forEach((block, mask) -> zeros.put(block, Tensor.of(new float[mask.size()], mask.shape())));
        return zeros;
    }
}
