package org.rde4j.radiomap.data;

import org.rde4j.Tensor;
import org.rde4j.radiomap.scene.Scene;

/** What a network is told of a scene. */
public enum Input {
    /** Φ: the transmitter, the city without missing buildings, the measured strengths; 3 channels. */
    MEASURED {
        @Override
        Tensor of(Scene scene) {
            return scene.input();
        }
    },
    /** Φ0 in training: the transmitter and the whole city; 2 channels. */
    WHOLE_CITY {
        @Override
        Tensor of(Scene scene) {
            return scene.wholeCity();
        }
    },
    /** Φ0 where buildings are missing: the transmitter and the city without them; 2 channels. */
    GIVEN_CITY {
        @Override
        Tensor of(Scene scene) {
            return scene.givenCity();
        }
    };

    /** The channels [C, H, W] of a scene. */
    abstract Tensor of(Scene scene);
}
