package org.rde4j.radiomap.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rde4j.Distortion;
import org.rde4j.Explanation;
import org.rde4j.LabelMap;
import org.rde4j.MatchingPursuit;
import org.rde4j.Obfuscation;
import org.rde4j.Parts;
import org.rde4j.RateDistortion;
import org.rde4j.RdeException;
import org.rde4j.Region;
import org.rde4j.Representation;
import org.rde4j.Run;
import org.rde4j.Solver;
import org.rde4j.Tensor;
import org.rde4j.nd4j.Nd4jBackend;
import org.rde4j.nd4j.explain.AuxiliaryInpainting;
import org.rde4j.nd4j.explain.Execution;
import org.rde4j.nd4j.explain.Nd4jExplainer;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.scene.Components;
import org.rde4j.radiomap.scene.Scene;

/**
 * What one wants to know of an estimated radio map: which buildings and measurements its values on a region come
 * from (seed section 4.3.1). Buildings that are not chosen are taken away. Measurements that are not chosen are
 * taken away, or a second network Φ0 inpaints them from the transmitter and the chosen buildings, which gives the
 * question its meaning. The distortion is the squared error of the estimate, summed over the region.
 *
 * @param inpainted the share of the unchosen measurements that Φ0 inpaints, in [0, 1]; the others become 0. Strictly
 *     between 0 and 1 it is the chance of each measurement in each random sample.
 * @param region where the estimate is to be explained, or empty for the scene's missing buildings
 * @param solver how components are chosen
 */
public record RadioQuestion(double inpainted, Optional<Region> region, Solver solver) {
    /** The name of the transmitter's part, which is always kept. */
    public static final String TRANSMITTER = "transmitter";
    /** The name of the part and the mask of buildings. */
    public static final String BUILDINGS = "buildings";
    /** The name of the part and the mask of measurements. */
    public static final String MEASUREMENTS = "measurements";

    private static final int COMPONENTS = 20;
    /** To say how large the distortion is at first, fewer samples than for the answer itself will do. */
    private static final int SAMPLES_OF_NOTHING = 64;

    /** Scenes are so large that more in one run save nothing, while lazy pursuit often needs only a few more. */
    private static final Execution SMALL_RUNS = Execution.defaults().microBatch(2);

    /** Checks the range. */
    public RadioQuestion {
        if (!(inpainted >= 0 && inpainted <= 1)) {
            throw new RdeException(
                    "The share of inpainted measurements (%s) must lie in [0, 1].".formatted(inpainted),
                    "Maybe use 1 for what darkens the map, 0 for what brightens it, or 0.025 for both.");
        }
    }

    /**
     * All unchosen measurements are inpainted: what darkens the map that free space would have (seed Figure 9b).
     * On the missing buildings, by matching pursuit of 20 components.
     *
     * @return the question
     */
    public static RadioQuestion whatDarkens() {
        return inpainting(1);
    }

    /**
     * Unchosen measurements are taken away: what brightens the map. On the missing buildings, by matching pursuit of
     * 20 components.
     *
     * @return the question
     */
    public static RadioQuestion whatBrightens() {
        return inpainting(0);
    }

    /**
     * A random share of the unchosen measurements is inpainted: both shadows and bright spots have to be explained
     * (seed Figure 9c has 0.025). On the missing buildings, by matching pursuit of 20 components.
     *
     * @param share in [0, 1]
     * @return the question
     */
    public static RadioQuestion inpainting(double share) {
        return new RadioQuestion(
                share, Optional.empty(), Solver.matchingPursuit(COMPONENTS).forward());
    }

    /**
     * About another part of the map.
     *
     * @param newRegion a part of the estimate, such as {@code Region.box(96, 96, 32, 32)}
     * @return the changed question
     */
    public RadioQuestion on(Region newRegion) {
        return new RadioQuestion(inpainted, Optional.of(newRegion), solver);
    }

    /**
     * About the buildings that the network is not told of.
     *
     * @return the changed question
     */
    public RadioQuestion onMissingBuildings() {
        return new RadioQuestion(inpainted, Optional.empty(), solver);
    }

    /**
     * With another solver.
     *
     * @param newSolver how components are chosen
     * @return the changed question
     */
    public RadioQuestion solvedBy(Solver newSolver) {
        return new RadioQuestion(inpainted, region, newSolver);
    }

    /**
     * With matching pursuit of another number of components, otherwise as it was if it was one.
     *
     * @param components at least 1
     * @return the changed question
     */
    public RadioQuestion components(int components) {
        return solvedBy(
                solver instanceof MatchingPursuit pursuit
                        ? pursuit.components(components)
                        : Solver.matchingPursuit(components).forward().seed(solver.seed()));
    }

    /**
     * The problem that this question poses about one scene.
     *
     * @param scene what the network is told
     * @param buildings [H, W], 0 on streets, and for each building of {@code scene.given()} one number from 1 on,
     *     without gaps: {@link Components#labels} for connected components, or polygons
     * @param inpainter Φ0, from [N, 2, H, W] (transmitter, buildings) to [N, 1, H, W]
     * @return the problem, about signals {@code scene.input()}; its blocks are {@value #BUILDINGS} and
     *     {@value #MEASUREMENTS}, without components those that the scene has none of
     * @throws RdeException if the scene has neither buildings nor measurements, the labels do not fit it, or no
     *     building is missing and no region is named
     */
    public RateDistortion about(Scene scene, Tensor buildings, Nd4jModel inpainter) {
        List<Parts.Part> parts = new ArrayList<>();
        parts.add(Representation.part(TRANSMITTER, 1).kept());
        parts.add(buildings(scene, buildings));
        parts.add(
                marked(scene.measured())
                        ? Representation.part(MEASUREMENTS, 1, Representation.points(scene.measured()))
                        : Representation.part(MEASUREMENTS, 1).kept());
        return RateDistortion.over(new Parts(parts))
                .obfuscatedBy(obfuscation(scene, inpainter))
                .measuredBy(Distortion.squaredError().restrictedTo(region(scene)))
                .solvedBy(solver);
    }

    private static Parts.Part buildings(Scene scene, Tensor labels) {
        float[] given = scene.given().values();
        float[] numbers = labels.values();
        for (int i = 0; i < given.length; i++) {
            if (numbers.length != given.length || (given[i] > 0) != (numbers[i] > 0)) {
                throw new RdeException(
                        "The numbers of the buildings do not fit the city that the scene %s is given with."
                                .formatted(scene.name()),
                        "Give 0 where scene.given() is 0, and the number of a building where it is 1.");
            }
            numbers[i] = numbers[i] > 0 ? numbers[i] - 1 : LabelMap.KEPT;
        }
        Parts.Part part = Representation.part(BUILDINGS, 1);
        return marked(scene.given())
                ? Representation.part(BUILDINGS, 1, Representation.labelMap(Tensor.of(numbers, labels.shape())))
                : part.kept();
    }

    private Obfuscation obfuscation(Scene scene, Nd4jModel inpainter) {
        if (inpainted == 0 || !marked(scene.measured())) {
            return Obfuscation.constant(0);
        }
        AuxiliaryInpainting.Network network = new Inpainter(inpainter);
        return inpainted == 1
                ? Nd4jBackend.inpaintedBy(inpainter.name(), network).on(MEASUREMENTS)
                : Nd4jBackend.inpaintedBy(inpainter.name(), network, inpainted).on(MEASUREMENTS);
    }

    private Region region(Scene scene) {
        if (region.isEmpty() && !marked(scene.missing())) {
            throw new RdeException(
                    "No building of the scene %s is missing.".formatted(scene.name()),
                    "Name the region to explain, such as the box 96,96,32,32.");
        }
        return region.orElseGet(() -> Region.mask(scene.missing()));
    }

    private static boolean marked(Tensor map) {
        for (float value : map.values()) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Answers the question about one scene, whose buildings are the connected components of its given city.
     *
     * @param scene what the network is told
     * @param network Φ, from [N, 3, H, W] (transmitter, buildings, measurements) to [N, 1, H, W]
     * @param inpainter Φ0, from [N, 2, H, W] (transmitter, buildings) to [N, 1, H, W]
     * @return the answer
     * @throws RdeException as {@link #about}, or if a network does not fit
     */
    public RadioExplanation explain(Scene scene, Nd4jModel network, Nd4jModel inpainter) {
        return explain(scene, Components.of(scene.given()).labels(), network, inpainter);
    }

    /**
     * Answers the question about one scene.
     *
     * @param scene what the network is told
     * @param buildings as in {@link #about}
     * @param network Φ, from [N, 3, H, W] (transmitter, buildings, measurements) to [N, 1, H, W]
     * @param inpainter Φ0, from [N, 2, H, W] (transmitter, buildings) to [N, 1, H, W]
     * @return the answer
     * @throws RdeException as {@link #about}, or if a network does not fit
     */
    public RadioExplanation explain(Scene scene, Tensor buildings, Nd4jModel network, Nd4jModel inpainter) {
        return explain(scene, buildings, network, inpainter, Run.plain());
    }

    /**
     * Answers the question about one scene, a few candidates at a time.
     *
     * @param scene what the network is told
     * @param buildings as in {@link #about}
     * @param network Φ
     * @param inpainter Φ0
     * @param run who is told, how long it may take, where its state is kept
     * @return the answer
     * @throws RdeException as {@link #about}, or if a network does not fit
     */
    public RadioExplanation explain(Scene scene, Tensor buildings, Nd4jModel network, Nd4jModel inpainter, Run run) {
        return explain(scene, buildings, network, inpainter, run, SMALL_RUNS);
    }

    /**
     * Answers the question about one scene.
     *
     * @param scene what the network is told
     * @param buildings as in {@link #about}
     * @param network Φ
     * @param inpainter Φ0
     * @param run who is told, how long it may take, where its state is kept
     * @param execution how to use the machine
     * @return the answer
     * @throws RdeException as {@link #about}, or if a network does not fit
     */
    public RadioExplanation explain(
            Scene scene, Tensor buildings, Nd4jModel network, Nd4jModel inpainter, Run run, Execution execution) {
        RateDistortion problem = about(scene, buildings, inpainter);
        try (Nd4jExplainer explainer = Nd4jBackend.compile(problem, network, execution)) {
            Explanation explanation =
                    explainer.explainEach(List.of(scene.input()), run).get(0);
            Map<String, Tensor> nothing = RadioExplanation.nothing(explanation.masks());
            double before = explainer
                    .assess(scene.input(), nothing, SAMPLES_OF_NOTHING, solver.seed())
                    .distortion();
            return new RadioExplanation(scene, buildings, explanation, before);
        }
    }
}
