package org.rde4j.nd4j.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import onnx.Onnx;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;
import org.rde4j.RdeException;

/**
 * Writes a graph of 32-bit floats as an ONNX file (opset 13), node by node. The same calls always give the same file.
 */
public final class OnnxWriter {
    private static final int IR_VERSION = 7;
    private static final int OPSET = 13;

    private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();
    private final Map<String, String> properties = new TreeMap<>();

    /**
     * Starts a graph.
     *
     * @param name of the graph
     */
    public OnnxWriter(String name) {
        graph.setName(name);
    }

    /**
     * Declares an input.
     *
     * @param name of the input
     * @param shape the sizes of its axes; a negative one is left open, the first then called N
     * @return the name
     */
    public String input(String name, long... shape) {
        graph.addInput(value(name, shape));
        return name;
    }

    /**
     * A fixed array.
     *
     * @param values of any shape
     * @return its name
     */
    public String weights(INDArray values) {
        float[] floats = values.dup('c').data().asFloat();
        ByteBuffer bytes = littleEndian(4 * floats.length);
        bytes.asFloatBuffer().put(floats);
        return tensor(Onnx.TensorProto.DataType.FLOAT_VALUE, bytes, values.shape());
    }

    /**
     * A fixed array that is stored in 16-bit floats, rounded to the nearest, and read as 32-bit floats: half the
     * file, and a relative error of at most 2^-11 (2^-25 at most for values below 2^-14).
     *
     * @param values of any shape, between -65504 and 65504
     * @return the name of the 32-bit floats
     * @throws RdeException if a value is too large or not finite
     */
    public String halfWeights(INDArray values) {
        float[] floats = values.dup('c').data().asFloat();
        ByteBuffer bytes = littleEndian(2 * floats.length);
        for (float value : floats) {
            bytes.putShort(Half.of(value));
        }
        String stored = tensor(Onnx.TensorProto.DataType.FLOAT16_VALUE, bytes, values.shape());
        return node("Cast", List.of(stored), Map.of("to", (long) Onnx.TensorProto.DataType.FLOAT_VALUE));
    }

    /**
     * A fixed row of integers, such as a shape.
     *
     * @param values 64-bit integers
     * @return its name
     */
    public String integers(long... values) {
        ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
        bytes.asLongBuffer().put(values);
        return tensor(Onnx.TensorProto.DataType.INT64_VALUE, bytes, values.length);
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String tensor(int type, ByteBuffer bytes, long... shape) {
        Onnx.TensorProto.Builder tensor = Onnx.TensorProto.newBuilder()
                .setName("weights" + graph.getInitializerCount())
                .setDataType(type)
                .setRawData(ByteString.copyFrom(bytes.array()));
        for (long size : shape) {
            tensor.addDims(size);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /**
     * Says something about the network that no operation needs; see {@link OnnxModel#properties()}.
     *
     * @param name of the property
     * @param value of the property
     */
    public void property(String name, String value) {
        properties.put(name, value);
    }

    /**
     * An operation without attributes.
     *
     * @param operation its ONNX name
     * @param inputs the names of its inputs
     * @return the name of its output
     */
    public String node(String operation, List<String> inputs) {
        return node(operation, inputs, Map.of());
    }

    /**
     * An operation.
     *
     * @param operation its ONNX name
     * @param inputs the names of its inputs
     * @param attributes each a Long, a Float or a List of Longs
     * @return the name of its output
     */
    public String node(String operation, List<String> inputs, Map<String, Object> attributes) {
        String output = operation + graph.getNodeCount();
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .setName(output)
                .setOpType(operation)
                .addAllInput(inputs)
                .addOutput(output);
        // Sorted, so that the same network always gives the same file.
        new TreeMap<>(attributes).forEach((name, value) -> node.addAttribute(attribute(name, value)));
        graph.addNode(node);
        return output;
    }

    private static Onnx.AttributeProto.Builder attribute(String name, Object value) {
        Onnx.AttributeProto.Builder attribute = Onnx.AttributeProto.newBuilder().setName(name);
        if (value instanceof Long number) {
            return attribute.setType(Onnx.AttributeProto.AttributeType.INT).setI(number);
        }
        if (value instanceof Float number) {
            return attribute.setType(Onnx.AttributeProto.AttributeType.FLOAT).setF(number);
        }
        attribute.setType(Onnx.AttributeProto.AttributeType.INTS);
        ((List<?>) value).forEach(number -> attribute.addInts((Long) number));
        return attribute;
    }

    /**
     * Gives a value another name and declares it as an output.
     *
     * @param name of the output
     * @param value the name that it has so far
     * @param shape the sizes of its axes; a negative one is left open, the first then called N
     */
    public void output(String name, String value, long... shape) {
        graph.addNode(Onnx.NodeProto.newBuilder()
                .setName(name)
                .setOpType("Identity")
                .addInput(value)
                .addOutput(name));
        graph.addOutput(value(name, shape));
    }

    private static Onnx.ValueInfoProto.Builder value(String name, long... shape) {
        Onnx.TensorShapeProto.Builder sizes = Onnx.TensorShapeProto.newBuilder();
        for (long size : shape) {
            Onnx.TensorShapeProto.Dimension.Builder axis = sizes.addDimBuilder();
            if (size < 0 && sizes.getDimCount() == 1) {
                axis.setDimParam("N");
            } else if (size >= 0) {
                axis.setDimValue(size);
            }
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder()
                        .setTensorType(Onnx.TypeProto.Tensor.newBuilder()
                                .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                                .setShape(sizes)));
    }

    /**
     * Writes the file whole or not at all.
     *
     * @param file where to
     * @throws RdeException if the file cannot be written
     */
    public void write(Path file) {
        Onnx.ModelProto.Builder model = Onnx.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("rde4j")
                .addOpsetImport(
                        Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph);
        properties.forEach((name, value) -> model.addMetadataProps(
                Onnx.StringStringEntryProto.newBuilder().setKey(name).setValue(value)));
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, model.build().toByteArray());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RdeException(
                    "The network cannot be written to %s (%s).".formatted(file, e.getMessage()),
                    "Choose a file in a folder that exists and can be written to.");
        }
    }
}
