package org.rde4j.nd4j.onnx

import onnx.Onnx.AttributeProto
import onnx.Onnx.GraphProto
import onnx.Onnx.ModelProto
import onnx.Onnx.NodeProto
import onnx.Onnx.OperatorSetIdProto
import onnx.Onnx.TensorProto
import onnx.Onnx.TensorShapeProto
import onnx.Onnx.TypeProto
import onnx.Onnx.ValueInfoProto
import org.nd4j.shade.protobuf.ByteString

internal fun value(name: String, vararg shape: Long): ValueInfoProto {
    val sizes = TensorShapeProto.newBuilder()
    shape.forEach { sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(it)) }
    val tensor = TypeProto.Tensor.newBuilder().setElemType(1).setShape(sizes)
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build()
}

internal fun node(
    operator: String,
    inputs: String,
    outputs: String,
    vararg attributes: Pair<String, Any>,
) =
    NodeProto.newBuilder()
        .setOpType(operator)
        .setName("the $operator")
        .addAllInput(inputs.split(" "))
        .addAllOutput(outputs.split(" "))
        .addAllAttribute(attributes.map { (name, given) -> attribute(name, given) })
        .build()

internal fun attribute(name: String, given: Any): AttributeProto {
    val builder = AttributeProto.newBuilder().setName(name)
    when (given) {
        is Int -> builder.setI(given.toLong())
        is GraphProto -> builder.setG(given)
        is String -> builder.setS(ByteString.copyFromUtf8(given))
        is Double -> builder.setF(given.toFloat())
        is List<*> ->
            given.forEach {
                when (it) {
                    is String -> builder.addStrings(ByteString.copyFromUtf8(it))
                    is Double -> builder.addFloats(it.toFloat())
                    else -> builder.addInts((it as Int).toLong())
                }
            }
    }
    return builder.build()
}

internal fun floats(name: String, shape: List<Long>, vararg values: Float): TensorProto =
    TensorProto.newBuilder()
        .setName(name)
        .setDataType(1)
        .addAllDims(shape)
        .addAllFloatData(values.toList())
        .build()

internal fun integers(name: String, vararg values: Long): TensorProto =
    TensorProto.newBuilder()
        .setName(name)
        .setDataType(7)
        .addDims(values.size.toLong())
        .addAllInt64Data(values.toList())
        .build()

/** A model from x [N, 3] to y; what it is made of can be changed. */
internal fun model(
    nodes: List<NodeProto>,
    weights: List<TensorProto> = listOf(),
    inputs: List<ValueInfoProto> = listOf(value("x", 0, 3)),
    outputs: List<String> = listOf("y"),
): ModelProto =
    ModelProto.newBuilder()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(
            GraphProto.newBuilder()
                .addAllNode(nodes)
                .addAllInitializer(weights)
                .addAllInput(inputs)
                .addAllOutput(outputs.map { value(it) })
        )
        .build()
