package org.rde4j.samples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions of rde4j and what it runs on. */
final class Versions {
    private static final String RESOURCE = "/org/rde4j/samples/version.properties";

    private Versions() {}

    static String rde4j() {
        return ofBuild("rde4j");
    }

    /** The version of a part that this was built with. ND4J's own jars do not tell theirs. */
    static String ofBuild(String part) {
        try (InputStream in = Versions.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that a result may depend on. */
    static Map<String, String> of(Engine engine) {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("rde4j", rde4j());
        versions.putAll(engine.versions());
        versions.put("java", System.getProperty("java.version"));
        versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return versions;
    }

    /** What {@code --version} prints. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"rde4j " + rde4j()};
        }
    }
}
