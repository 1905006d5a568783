package org.rde4j;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data representation x = f(h₁, …, h_k): what the components are that a mask keeps or replaces (seed
 * section 3.1, Examples 1 to 4).
 *
 * <p>A component is one unit of the mask. For signals with channels ([C, H, W] images, [C, T] signals) the
 * values of all channels at one place form one component in R^C.
 */
public sealed interface Representation
        permits Representation.Pixels,
                Representation.Channels,
                Points,
                LabelMap,
                Representation.Patches,
                Representation.Wavelets,
                Shearlets,
                Representation.Dct,
                Fourier,
                Representation.Dictionary,
                Parts,
                Representation.Custom {

    /**
     * Whether noise may have moments of its own for each scale of the components.
     *
     * @return true for wavelets, shearlets and Fourier transforms, and for parts and representations of one's own,
     *     which may be made of them
     */
    default boolean hasScales() {
        return this instanceof Wavelets
                || this instanceof Shearlets
                || this instanceof Fourier
                || this instanceof Parts
                || this instanceof Custom;
    }

    /**
     * One component per position, the identity (seed Example 1): pixels of an image, samples of a signal,
     * entries of a vector.
     *
     * @return the representation
     */
    static Pixels pixels() {
        return new Pixels(false);
    }

    /**
     * One component per whole channel: which colour, or which of several recordings, matters.
     *
     * @return the representation
     */
    static Channels channels() {
        return new Channels();
    }

    /**
     * One component per label of a map: segments, superpixels, buildings. The mask has one entry for each label.
     *
     * @param labels one whole number for each place, shape [H, W] for images, [T] or [n] otherwise; every number
     *     from 0 to the largest occurs; {@link LabelMap#KEPT} (−1) for places that are always kept, such as streets
     * @return the representation
     */
    static LabelMap labelMap(Tensor labels) {
        return new LabelMap(labels);
    }

    /**
     * One component per chosen place, for instance per measurement; all other places are always kept.
     *
     * @param mask [H, W], [T] or [n], not zero at the chosen places
     * @return the representation
     */
    static Points points(Tensor mask) {
        return new Points(mask);
    }

    /**
     * A signal whose channels are several named things, each with a representation of its own, such as the
     * transmitter, the buildings and the measurements of a radio map (seed section 4.3).
     *
     * @param parts the channels in order; together all of them
     * @return the representation
     */
    static Parts parts(Parts.Part... parts) {
        return new Parts(List.of(parts));
    }

    /**
     * A part with one component per position, or with {@link Parts.Part#kept()} none.
     *
     * @param name begins the names of its blocks
     * @param channels the number of channels, at least 1
     * @return the part
     */
    static Parts.Part part(String name, int channels) {
        return part(name, channels, pixels());
    }

    /**
     * A part with a representation of its own.
     *
     * @param name begins the names of its blocks
     * @param channels the number of channels, at least 1
     * @param representation what the components of these channels are
     * @return the part
     */
    static Parts.Part part(String name, int channels, Representation representation) {
        return new Parts.Part(name, channels, Optional.of(representation));
    }

    /**
     * One component per square of pixels.
     *
     * @param size the side of a patch in pixels, at least 1; patches at the right and lower edge may be smaller
     * @return the representation
     */
    static Patches patches(int size) {
        return new Patches(size);
    }

    /**
     * One component per coefficient of the 2-D discrete wavelet transform, 5 levels with zero padding (seed
     * section 4.1.2).
     *
     * @param family {@code db1} … {@code db10} (Daubechies) or {@code sym2} … {@code sym10} (symlets)
     * @return the representation
     */
    static Wavelets wavelets(String family) {
        return new Wavelets(family, 5, Padding.ZERO);
    }

    /**
     * One component per coefficient of cone-adapted band-limited shearlets, for images: edges by scale, place and
     * direction. They are a tight frame, f is the adjoint of the analysis, with 4·2^⌈j/2⌉ directions at scale j
     * (Häuser and Steidl, Fast Finite Shearlet Transform, 2012, with dyadic scales; Kolek et al., CVPR 2023).
     *
     * @return the representation, with 4 scales
     */
    static Shearlets shearlets() {
        return new Shearlets(4);
    }

    /**
     * One component per coefficient of the orthonormal discrete cosine transform (type II) of the whole image
     * or signal.
     *
     * @return the representation
     */
    static Dct dct() {
        return new Dct();
    }

    /**
     * The discrete Fourier transform by magnitudes m and phases ω, x = f(m, ω) with c = m·e^{iω} (seed Examples 3
     * and 4): one component per magnitude and one per phase. Signals are real, so a mask has the frequencies
     * 0 … ⌊n/2⌋ of the last axis, which is n long, and all of the rows axis of images (as numpy's rfft2).
     *
     * @return the representation; {@link Fourier#joint()}, {@link Fourier#whole()} and
     *     {@link Fourier#bands(List)} group otherwise
     */
    static Fourier fourier() {
        return new Fourier(Fourier.Components.APART, List.of());
    }

    /**
     * One component per row of a fixed dictionary: x = Σ hⱼ ψⱼ (seed Example 2). The analysis is the least-norm
     * least-squares solution; a signal outside the span is refused.
     *
     * @param atoms the dictionary, shape [k, n]: k atoms for flattened signals of n values
     * @return the representation
     */
    static Dictionary dictionary(Tensor atoms) {
        return new Dictionary(atoms);
    }

    /**
     * One component per position. See {@link #pixels()}.
     *
     * @param channelsApart whether each channel of a position is a component of its own
     */
    record Pixels(boolean channelsApart) implements Representation {
        /**
         * One component per value: the channels of a position are masked apart. The mask has the shape of the
         * signal.
         *
         * @return the changed representation
         */
        public Pixels perChannel() {
            return new Pixels(true);
        }
    }

    /** One component per channel. See {@link #channels()}. */
    record Channels() implements Representation {}

    /**
     * One component per square of pixels. See {@link #patches(int)}.
     *
     * @param size the side of a patch in pixels, at least 1
     */
    record Patches(int size) implements Representation {
        /** Checks the range. */
        public Patches {
            Check.atLeast("size of a patch", size, 1, "Maybe use patches(16).");
        }
    }

    /** How a transform continues a signal past its border. */
    enum Padding {
        /** With zeros. */
        ZERO,
        /** With the signal again. */
        PERIODIC,
        /** With the signal mirrored, the border value repeated. */
        SYMMETRIC
    }

    /**
     * One component per wavelet coefficient. See {@link #wavelets(String)}.
     *
     * @param family {@code db1} … {@code db10} or {@code sym2} … {@code sym10}
     * @param levels the number of scales J, at least 1; at most ⌊log₂ of the shorter side⌋ of the signal
     * @param padding how the image continues past its border
     */
    record Wavelets(String family, int levels, Padding padding) implements Representation {
        private static final Pattern FAMILY = Pattern.compile("(db|sym)(\\d{1,2})");

        /** Checks the ranges. */
        public Wavelets {
            Matcher parts = FAMILY.matcher(family);
            boolean known = parts.matches() && knownOrder(parts.group(1), Integer.parseInt(parts.group(2)));
            if (!known) {
                throw new RdeException(
                        "The wavelet family (%s) must be db1 … db10 or sym2 … sym10.".formatted(family),
                        "Maybe use wavelets(\"db3\").");
            }
            Check.atLeast("levels of the wavelet representation", levels, 1, "Maybe use levels(5).");
        }

        private static boolean knownOrder(String kind, int order) {
            return order <= 10 && order >= (kind.equals("db") ? 1 : 2);
        }

        /**
         * The same wavelets with another number of scales.
         *
         * @param newLevels at least 1
         * @return the changed representation
         */
        public Wavelets levels(int newLevels) {
            return new Wavelets(family, newLevels, padding);
        }

        /**
         * The same wavelets with another padding.
         *
         * @param newPadding how the image continues past its border
         * @return the changed representation
         */
        public Wavelets padding(Padding newPadding) {
            return new Wavelets(family, levels, newPadding);
        }
    }

    /** One component per cosine coefficient. See {@link #dct()}. */
    record Dct() implements Representation {}

    /**
     * One component per atom. See {@link #dictionary(Tensor)}.
     *
     * @param atoms shape [k, n]
     */
    record Dictionary(Tensor atoms) implements Representation {
        /** Checks the shape. */
        public Dictionary {
            if (atoms.rank() != 2) {
                throw new RdeException(
                        "A dictionary of rank %s must be a matrix [atoms, values].".formatted(atoms.rank()),
                        "Reshape each atom to one row.");
            }
        }
    }

    /** A representation that a backend makes from a function over its own tensors. */
    non-sealed interface Custom extends Representation {
        /**
         * How it is called in messages and files.
         *
         * @return a short name
         */
        String name();
    }
}
