package org.rde4j.files;

import java.nio.ByteBuffer;
import org.rde4j.RdeException;

/** The kinds of numbers in {@code .npy} files that fit a tensor of 32-bit floats. */
enum ValueType {
    U1(1) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.get() & 0xff;
        }
    },
    I1(1) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.get();
        }
    },
    I4(4) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.getInt();
        }
    },
    I8(8) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.getLong();
        }
    },
    F4(4) {
        @Override
        float read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    F8(8) {
        @Override
        float read(ByteBuffer bytes) {
            return (float) bytes.getDouble();
        }
    };

    final int size;

    ValueType(int size) {
        this.size = size;
    }

    abstract float read(ByteBuffer bytes);

    static ValueType named(String code, String file) {
        for (ValueType type : values()) {
            if (type.name().equalsIgnoreCase(code)) {
                return type;
            }
        }
        throw new RdeException(
                "The values of %s are of type '%s', which rde4j does not read.".formatted(file, code),
                "Save it as float32: numpy.save(path, array.astype('float32')).");
    }
}
