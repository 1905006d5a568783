package org.rde4j.samples.image;

/** Colours of rising lightness for numbers in [0, 1], readable in grey print and with colour blindness. */
final class HeatColours {
    private static final int[] STOPS = {0x07060f, 0x2d1160, 0x721f81, 0xb6377a, 0xf1605d, 0xfeaf77, 0xfcfdbf};

    private HeatColours() {}

    /** The colour of a number as 0xRRGGBB; numbers outside [0, 1] are clipped. */
    static int rgb(float value) {
        float position = Math.max(0, Math.min(1, value)) * (STOPS.length - 1);
        int below = Math.min((int) position, STOPS.length - 2);
        return mix(STOPS[below], STOPS[below + 1], position - below);
    }

    private static int mix(int from, int to, float share) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int a = from >> shift & 0xff;
            int b = to >> shift & 0xff;
            rgb |= Math.round(a + share * (b - a)) << shift;
        }
        return rgb;
    }
}
