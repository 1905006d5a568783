package org.rde4j.radiomap.scene;

import java.util.random.RandomGenerator;

/** Which buildings a network is not told of. */
@FunctionalInterface
public interface MissingBuildings {
    /**
     * Hides buildings of a scene.
     *
     * @param scene the scene; what was missing before is given again
     * @param random decides which buildings
     * @return the scene without them among the given ones
     */
    Scene hide(Scene scene, RandomGenerator random);

    /**
     * None: the network is given the whole city.
     *
     * @return the policy
     */
    static MissingBuildings none() {
        return new RandomMissing(0, 0);
    }

    /**
     * Random connected components of the city (see {@link Components#of(org.rde4j.Tensor)}), all equally likely.
     *
     * @param fewest the least number of them, at least 0
     * @param most the largest number; in a city with fewer, all
     * @return the policy
     */
    static MissingBuildings between(int fewest, int most) {
        return new RandomMissing(fewest, most);
    }

    /**
     * A fixed number of random connected components.
     *
     * @param number how many, at least 0
     * @return the policy
     */
    static MissingBuildings exactly(int number) {
        return new RandomMissing(number, number);
    }

    /**
     * One connected component that the transmitter sees among all others (see {@link LineOfSight}), all of these
     * equally likely; none if it sees none.
     *
     * @return the policy
     */
    static MissingBuildings inSight() {
        return new SeenMissing();
    }

    /**
     * The connected component at a place; hiding it is an error (RdeException) where there is none.
     *
     * @param place a pixel of it
     * @return the policy
     */
    static MissingBuildings at(Place place) {
        return new GivenPlace(place);
    }
}
