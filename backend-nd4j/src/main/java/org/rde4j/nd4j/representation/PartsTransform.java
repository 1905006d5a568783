package org.rde4j.nd4j.representation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rde4j.Parts;
import org.rde4j.RdeException;
import org.rde4j.nd4j.graph.Graph;
import org.rde4j.nd4j.graph.Node;

/** Each part of the channels has a transform of its own. */
final class PartsTransform implements Transform {
    private final SignalShape signalShape;
    private final List<Piece> pieces;
    private final List<Block> blocks;

    /** A part with its first channel and the number of blocks that it has. */
    private record Piece(SignalShape shape, int firstChannel, Transform transform, int blocks) {}

    private PartsTransform(SignalShape signalShape, List<Piece> pieces, List<Block> blocks) {
        this.signalShape = signalShape;
        this.pieces = pieces;
        this.blocks = blocks;
    }

    static PartsTransform of(Parts parts, SignalShape signal) {
        if (parts.channels() != signal.channels()) {
            throw new RdeException(
                    "The parts have %s channels together, but a %s has %s."
                            .formatted(parts.channels(), signal, signal.channels()),
                    "Name all channels, with kept() those that are not to be explained.");
        }
        List<Piece> pieces = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        int firstChannel = 0;
        for (Parts.Part part : parts.parts()) {
            SignalShape shape = new SignalShape(signal.rank(), part.channels(), signal.rows(), signal.columns());
            Transform transform = part.representation()
                    .map(representation -> Transforms.of(representation, shape))
                    .orElseGet(() -> PixelTransform.kept(shape));
            List<Block> own = transform.blocks();
            for (Block block : own) {
                String name = own.size() == 1 ? part.name() : part.name() + "." + block.name();
                blocks.add(block.inPart(name, firstChannel));
            }
            pieces.add(new Piece(shape, firstChannel, transform, own.size()));
            firstChannel += part.channels();
        }
        return new PartsTransform(signal, List.copyOf(pieces), List.copyOf(blocks));
    }

    @Override
    public List<Block> blocks() {
        return blocks;
    }

    @Override
    public float[][] analyse(float[] signal) {
        int places = signalShape.rows() * signalShape.columns();
        List<float[]> coefficients = new ArrayList<>();
        for (Piece piece : pieces) {
            int from = piece.firstChannel() * places;
            float[] own = Arrays.copyOfRange(signal, from, from + piece.shape().length());
            coefficients.addAll(List.of(piece.transform().analyse(own)));
        }
        return coefficients.toArray(float[][]::new);
    }

    @Override
    public Node synthesise(Graph graph, List<Node> coefficients) {
        List<Node> signals = new ArrayList<>();
        int block = 0;
        for (Piece piece : pieces) {
            signals.add(piece.transform().synthesise(graph, coefficients.subList(block, block + piece.blocks())));
            block += piece.blocks();
        }
        return graph.concat(-1, signals);
    }
}
