package org.rde4j.radiomap.data;

/** The propagation model that signal strengths were computed with. */
public enum GainModel {
    /** The dominant path model. */
    DPM("DPM"),
    /** Intelligent ray tracing with at most 2 interactions. */
    IRT2("IRT2"),
    /** Intelligent ray tracing with at most 4 interactions. */
    IRT4("IRT4"),
    /** The dominant path model among cars. */
    CARS_DPM("carsDPM"),
    /** Ray tracing with at most 2 interactions among cars. */
    CARS_IRT2("carsIRT2"),
    /** Ray tracing with at most 4 interactions among cars. */
    CARS_IRT4("carsIRT4");

    private final String folder;

    GainModel(String folder) {
        this.folder = folder;
    }

    /**
     * The folder of its files inside of {@code gain}.
     *
     * @return such as {@code carsDPM}
     */
    public String folder() {
        return folder;
    }
}
