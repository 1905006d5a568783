package org.rde4j.samples.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rde4j.radiomap.data.Batches;
import org.rde4j.radiomap.data.Input;
import org.rde4j.radiomap.network.RadioModel;
import org.rde4j.radiomap.network.RadioModelFile;
import org.rde4j.radiomap.training.MapErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rde4j evaluate radio-maps}: how far estimates are from the truth. */
@Command(
        name = "radio-maps",
        sortOptions = false,
        showDefaultValues = true,
        description =
                "Compares the estimates of networks with the truth, all on the same scenes: root mean squared error"
                        + " in grey levels and in dB of path loss, and normalised errors. A network without measurements is"
                        + " tried with the city as given and with the whole city.")
final class EvaluateRadioMapsCommand implements Runnable {
    private static final int BATCH = 4;
    private static final int WITH_MEASUREMENTS = 3;

    private final Console console;

    @Parameters(paramLabel = "NETWORK", arity = "1..*", description = "ONNX files that 'train radio' wrote.")
    private List<Path> networks = List.of();

    @Mixin
    private RadioData data = new RadioData();

    @Option(names = "--part", paramLabel = "NAME", description = "Which maps: ${COMPLETION-CANDIDATES}.")
    private RadioData.Part part = RadioData.Part.ALL;

    @Option(names = "--seed", paramLabel = "N", description = "Of measurements and missing buildings.")
    private long seed = 1;

    EvaluateRadioMapsCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        List<RadioModel> models = networks.stream().map(RadioModelFile::read).toList();
        Batches batches = Batches.of(data.examples(part, seed), BATCH);
        line(
                "%-32s %-26s %8s %8s %8s %8s %10s %6s",
                "network", "told", "MSE", "RMSE", "dB", "NMSE", "NMSE by 15", "maps");
        for (int i = 0; i < models.size(); i++) {
            String name = networks.get(i).toString();
            RadioModel model = models.get(i);
            if (model.network().inputs() == WITH_MEASUREMENTS) {
                row(name, "city as given, measured", MapErrors.of(model, batches));
            } else {
                row(name, "city as given", MapErrors.of(model, batches.input(Input.GIVEN_CITY)));
                row(name, "whole city", MapErrors.of(model, batches.input(Input.WHOLE_CITY)));
            }
        }
    }

    private void row(String name, String told, MapErrors errors) {
        line(
                "%-32s %-26s %8.6f %8.4f %8.2f %8.4f %10.4f %6d",
                name.length() > 32 ? "…" + name.substring(name.length() - 31) : name,
                told,
                errors.mse(),
                errors.rmse(),
                errors.rmseDecibels(),
                errors.nmse(),
                errors.batchNmse(),
                errors.maps());
    }

    private void line(String format, Object... values) {
        console.out().println(String.format(Locale.ROOT, format, values));
    }
}
