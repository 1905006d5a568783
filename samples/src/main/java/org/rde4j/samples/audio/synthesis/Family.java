package org.rde4j.samples.audio.synthesis;

import java.util.function.Function;

/** The families in the order of {@link org.rde4j.samples.audio.Families#NAMES}, with the pitches they can play. */
enum Family {
    BASS(24, 60, Plucked::bass),
    BRASS(36, 82, Blown::brass),
    FLUTE(60, 96, Flute::flute),
    GUITAR(40, 84, Plucked::guitar),
    KEYBOARD(24, 96, Struck::keyboard),
    MALLET(48, 96, Bars::mallet),
    ORGAN(36, 96, Organ::organ),
    REED(38, 86, Blown::reed),
    STRING(36, 93, Bowed::string),
    VOCAL(40, 80, Voice::vocal);

    private final int lowest;
    private final int highest;
    private final Function<Draw, Instrument> maker;

    Family(int lowest, int highest, Function<Draw, Instrument> maker) {
        this.lowest = lowest;
        this.highest = highest;
        this.maker = maker;
    }

    /** The lowest pitch, a MIDI number. */
    int lowest() {
        return lowest;
    }

    /** How many pitches there are, a half-tone apart. */
    int pitches() {
        return highest - lowest + 1;
    }

    Instrument instrument(Draw draw) {
        return maker.apply(draw);
    }
}
