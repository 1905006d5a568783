package org.rde4j.samples.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rde4j.radiomap.explanation.Chosen;
import org.rde4j.radiomap.explanation.RadioExplanation;

/** The content of {@code radio.json}: the chosen buildings and measurements in their order. */
public final class RadioReport {
    private RadioReport() {}

    /**
     * Writes an answer down.
     *
     * @param answer what was found
     * @return maps, lists, strings and numbers; rows and columns count from 0
     */
    public static Map<String, Object> of(RadioExplanation answer) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("scene", answer.scene().name());
        report.put(
                "transmitter",
                place(
                        answer.scene().transmitter().row(),
                        answer.scene().transmitter().column()));
        report.put("distortionOfNothing", answer.distortionOfNothing());
        report.put("distortion", answer.explanation().distortion());
        List<Map<String, Object>> chosen = new ArrayList<>();
        for (Chosen one : answer.chosen()) {
            chosen.add(described(one));
        }
        report.put("chosen", chosen);
        return report;
    }

    private static Map<String, Object> described(Chosen chosen) {
        Map<String, Object> entry = new LinkedHashMap<>();
        if (chosen instanceof Chosen.Building building) {
            entry.put("kind", "building");
            entry.put("label", building.label());
            entry.putAll(place(building.row(), building.column()));
            entry.put("height", building.height());
            entry.put("width", building.width());
        } else if (chosen instanceof Chosen.Measurement measurement) {
            entry.put("kind", "measurement");
            entry.putAll(place(measurement.place().row(), measurement.place().column()));
            entry.put("strength", measurement.strength());
        }
        chosen.distortion().ifPresent(distortion -> entry.put("distortion", distortion));
        return entry;
    }

    private static Map<String, Object> place(int row, int column) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("row", row);
        place.put("column", column);
        return place;
    }
}
