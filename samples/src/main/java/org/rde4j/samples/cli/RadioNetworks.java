package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import org.rde4j.RdeException;
import org.rde4j.files.Checksum;
import org.rde4j.nd4j.Models;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.model.Nd4jModel;
import org.rde4j.radiomap.data.RadioMapSeer;
import org.rde4j.radiomap.data.Station;
import org.rde4j.radiomap.scene.Scene;
import picocli.CommandLine.Option;

/** The options that name radio maps and the two networks that estimate them. */
final class RadioNetworks {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Scenes in RadioMapSeer's layout, such as 'simulate radio' writes.")
    private Path data = Path.of("radio");

    @Option(
            names = "--model",
            paramLabel = "PHI.onnx",
            required = true,
            description = "The network that is explained: transmitter, buildings, measurements to strengths.")
    private Path model = Path.of("phi.onnx");

    @Option(
            names = "--inpainter",
            paramLabel = "PHI0.onnx",
            required = true,
            description = "The network that inpaints measurements: transmitter, buildings to strengths.")
    private Path inpainter = Path.of("phi0.onnx");

    RadioMapSeer folder() {
        return RadioMapSeer.open(data);
    }

    /** One scene; RdeException if the folder lacks it. */
    Scene scene(int map, int transmitter) {
        RadioMapSeer folder = folder();
        Station station = new Station(map, transmitter);
        List<Station> stations = folder.stations();
        if (!stations.contains(station)) {
            List<Integer> ofMap = stations.stream()
                    .filter(one -> one.map() == map)
                    .map(Station::transmitter)
                    .toList();
            throw new RdeException(
                    "%s holds no transmitter %s of map %s.".formatted(data, transmitter, map),
                    ofMap.isEmpty()
                            ? "It holds %s maps.".formatted(folder.maps().size())
                            : "Of this map it holds the transmitters %s.".formatted(ofMap));
        }
        return folder.scene(station);
    }

    /** Φ. */
    Nd4jModel network() {
        return Models.onnx(model);
    }

    /** Φ0. */
    Nd4jModel inpainter() {
        return Models.onnx(inpainter);
    }

    /** RdeException unless both networks give one grey map for scenes of this size. */
    static void requireFit(Nd4jModel network, Nd4jModel inpainter, Scene scene) {
        requireMap(network, 3, "transmitter, buildings and measurements", scene);
        requireInpainter(inpainter, scene);
    }

    /** RdeException unless Φ0 gives one grey map for scenes of this size. */
    static void requireInpainter(Nd4jModel inpainter, Scene scene) {
        requireMap(inpainter, 2, "transmitter and buildings", scene);
    }

    private static void requireMap(Nd4jModel model, int channels, String what, Scene scene) {
        Graph graph = new Graph();
        long values;
        try {
            values = model.append(graph, graph.placeholder("maps", 1, scene.rows(), scene.columns(), channels))
                    .length();
        } catch (RdeException e) {
            throw new RdeException(
                    "The network %s does not take %s channels (%s) of %s×%s pixels."
                            .formatted(model.name(), channels, what, scene.rows(), scene.columns()),
                    "Give one that does, such as 'train radio' writes.",
                    e);
        }
        if (values != (long) scene.rows() * scene.columns()) {
            throw new RdeException(
                    "The network %s gives %s values for a map of %s×%s pixels."
                            .formatted(model.name(), values, scene.rows(), scene.columns()),
                    "Give one that takes %s and gives one grey map.".formatted(what));
        }
    }

    /** What results depend on besides the settings: data and networks, these by their content. */
    String fingerprint() {
        return "%s, %s %s, %s %s"
                .formatted(
                        data, model.getFileName(), Checksum.of(model), inpainter.getFileName(), Checksum.of(inpainter));
    }
}
