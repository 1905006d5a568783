package org.rde4j.samples.audio;

import java.nio.ByteBuffer;
import java.util.Optional;
import javax.sound.sampled.AudioFormat;

/** How one number of a WAV file lies in its bytes (little endian); full scale is 1. */
enum SampleReader {
    UNSIGNED_8(1) {
        @Override
        double value(ByteBuffer data, int at) {
            return ((data.get(at) & 0xff) - 128) / 127.0;
        }
    },
    SIGNED_16(2) {
        @Override
        double value(ByteBuffer data, int at) {
            return data.getShort(at) / (double) Short.MAX_VALUE;
        }
    },
    SIGNED_24(3) {
        @Override
        double value(ByteBuffer data, int at) {
            int low = (data.get(at) & 0xff) | (data.get(at + 1) & 0xff) << 8;
            return (data.get(at + 2) << 16 | low) / (double) ((1 << 23) - 1);
        }
    },
    SIGNED_32(4) {
        @Override
        double value(ByteBuffer data, int at) {
            return data.getInt(at) / (double) Integer.MAX_VALUE;
        }
    },
    FLOAT_32(4) {
        @Override
        double value(ByteBuffer data, int at) {
            return data.getFloat(at);
        }
    },
    FLOAT_64(8) {
        @Override
        double value(ByteBuffer data, int at) {
            return data.getDouble(at);
        }
    };

    private final int bytes;

    SampleReader(int bytes) {
        this.bytes = bytes;
    }

    /** How many bytes a number takes. */
    int bytes() {
        return bytes;
    }

    /** The number whose first byte lies there. */
    abstract double value(ByteBuffer data, int at);

    /** The reader of a format, or empty if there is none. */
    static Optional<SampleReader> of(AudioFormat format) {
        AudioFormat.Encoding encoding = format.getEncoding();
        int bits = format.getSampleSizeInBits();
        if (format.isBigEndian() && bits > 8 || format.getFrameSize() * 8L != (long) bits * format.getChannels()) {
            return Optional.empty();
        }
        SampleReader reader = null;
        if (encoding.equals(AudioFormat.Encoding.PCM_FLOAT)) {
            reader = bits == 32 ? FLOAT_32 : bits == 64 ? FLOAT_64 : null;
        } else if (encoding.equals(AudioFormat.Encoding.PCM_UNSIGNED)) {
            reader = bits == 8 ? UNSIGNED_8 : null;
        } else if (encoding.equals(AudioFormat.Encoding.PCM_SIGNED)) {
            reader = bits == 16 ? SIGNED_16 : bits == 24 ? SIGNED_24 : bits == 32 ? SIGNED_32 : null;
        }
        return Optional.ofNullable(reader);
    }
}
