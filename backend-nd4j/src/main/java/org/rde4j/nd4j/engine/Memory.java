package org.rde4j.nd4j.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One block of memory for each type of number, shared by all values of a plan that are never alive together,
 * and by all plans of an engine, which never run together.
 */
final class Memory {
    private final Map<DataType, INDArray> blocks = new HashMap<>();
    /** Blocks that became too small; arrays of earlier plans lie in them. */
    private final List<INDArray> outgrown = new ArrayList<>();

    /** A row of numbers that is alive from one operation to another. */
    static final class Slot {
        /** Cache lines of 64 bytes, as vector instructions like them. */
        private static final long ALIGNMENT = 16;

        private final DataType type;
        private final long length;
        private final int first;
        private int last;
        private long offset;

        Slot(DataType type, long length, int first, int last) {
            this.type = type;
            this.length = Math.max(1, length);
            this.first = first;
            this.last = last;
        }

        int last() {
            return last;
        }

        /** Keeps the slot alive for a value that takes it over. */
        void extendTo(int operation) {
            last = Math.max(last, operation);
        }

        private long end() {
            return offset + (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }

        private boolean meets(Slot other) {
            return type == other.type && first <= other.last && other.first <= last;
        }
    }

    /** Gives every slot its place: the largest first, each in the lowest gap between those it meets in time. */
    static void place(List<Slot> slots) {
        List<Slot> placed = new ArrayList<>();
        slots.stream()
                .sorted(Comparator.comparingLong((Slot slot) -> -slot.length))
                .forEach(slot -> {
                    List<Slot> taken = placed.stream()
                            .filter(slot::meets)
                            .sorted(Comparator.comparingLong((Slot other) -> other.offset))
                            .toList();
                    slot.offset = 0;
                    for (Slot other : taken) {
                        if (slot.end() <= other.offset) {
                            break;
                        }
                        slot.offset = Math.max(slot.offset, other.end());
                    }
                    placed.add(slot);
                });
    }

    /** The bytes that placed slots take. */
    static long bytes(List<Slot> slots) {
        Map<DataType, Long> ends = new HashMap<>();
        slots.forEach(slot -> ends.merge(slot.type, slot.end() * slot.type.width(), Math::max));
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Makes room for placed slots; earlier arrays stay valid. */
    void hold(List<Slot> slots) {
        Map<DataType, Long> ends = new HashMap<>();
        slots.forEach(slot -> ends.merge(slot.type, slot.end(), Math::max));
        ends.forEach((type, end) -> {
            INDArray block = blocks.get(type);
            if (block == null || block.length() < end) {
                if (block != null) {
                    outgrown.add(block);
                }
                blocks.put(type, Nd4j.createUninitialized(type, end));
            }
        });
    }

    /** Gives the memory back; no array is valid any more. */
    void free() {
        outgrown.forEach(INDArray::close);
        outgrown.clear();
        blocks.values().forEach(INDArray::close);
        blocks.clear();
    }

    /** The array at a slot's place. */
    INDArray array(Slot slot, long[] shape) {
        if (shape.length == 0) {
            return view(slot, new long[] {1}).reshape();
        }
        return view(slot, shape);
    }

    private INDArray view(Slot slot, long[] shape) {
        INDArray block = blocks.get(slot.type);
        return Nd4j.create(block.data(), shape, Nd4j.getStrides(shape, 'c'), slot.offset, 'c', slot.type);
    }
}
