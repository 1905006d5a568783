package org.rde4j.nd4j.representation;

import org.jspecify.annotations.Nullable;
import org.rde4j.Fourier;
import org.rde4j.LabelMap;
import org.rde4j.Parts;
import org.rde4j.Points;
import org.rde4j.RdeException;
import org.rde4j.Representation;
import org.rde4j.Shearlets;

/** Which transform makes which representation concrete. */
final class Transforms {
    private Transforms() {}

    static Transform of(Representation representation, SignalShape signal) {
        Transform transform = ofPlaces(representation, signal);
        transform = transform == null ? ofWholeSignal(representation, signal) : transform;
        if (transform == null) {
            throw new RdeException(
                    "The representation %s was not made for ND4J.".formatted(representation),
                    "Make it with the ND4J backend's own factory for representations.");
        }
        return transform;
    }

    /** Representations whose coefficients are values of the signal. */
    private static @Nullable Transform ofPlaces(Representation representation, SignalShape signal) {
        if (representation instanceof Representation.Pixels pixels) {
            return PixelTransform.of(pixels, signal);
        }
        if (representation instanceof Representation.Channels) {
            return PixelTransform.ofChannels(signal);
        }
        if (representation instanceof Points points) {
            return PixelTransform.of(points, signal);
        }
        if (representation instanceof LabelMap map) {
            return PixelTransform.of(map, signal);
        }
        if (representation instanceof Representation.Patches patches) {
            return new PatchTransform(patches, signal);
        }
        if (representation instanceof Parts parts) {
            return PartsTransform.of(parts, signal);
        }
        return null;
    }

    private static @Nullable Transform ofWholeSignal(Representation representation, SignalShape signal) {
        if (representation instanceof Representation.Wavelets wavelets) {
            return new WaveletTransform(wavelets, signal);
        }
        if (representation instanceof Shearlets shearlets) {
            return new ShearletTransform(shearlets, signal);
        }
        if (representation instanceof Representation.Dct) {
            return new CosineTransform(signal);
        }
        if (representation instanceof Fourier fourier) {
            return new FourierTransform(fourier, signal);
        }
        if (representation instanceof Representation.Dictionary dictionary) {
            return new DictionaryTransform(dictionary, signal);
        }
        if (representation instanceof LatentRepresentation latent) {
            return new LatentTransform(latent, signal);
        }
        if (representation instanceof CustomRepresentation custom) {
            return new CustomTransform(custom, signal);
        }
        return null;
    }
}
