import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks ({@code check DIR}) or mends ({@code fix DIR}) the format of every Java source below DIR. */
public class Format {
  private static final JavaFormatterOptions OPTIONS =
      JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build();

  public static void main(String[] args) throws IOException, FormatterException {
    boolean fix = args[0].equals("fix");
    List<Path> unformatted = new ArrayList<>();
    for (Path source : sources(Path.of(args[1]))) {
      String before = Files.readString(source);
      String after = format(format(before)); // Comments that it wraps settle in the second round.
      if (before.equals(after)) {
        continue;
      }
      if (fix) {
        Files.writeString(source, after);
      } else {
        unformatted.add(source);
      }
    }
    if (!unformatted.isEmpty()) {
      System.err.println("Not formatted (mend with: mvn -Dfmt.mode=fix validate): " + unformatted);
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path module : modules) {
        Path src = module.resolve("src");
        if (Files.isDirectory(src)) {
          try (var files = Files.walk(src)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static String format(String source) throws FormatterException {
    String used = RemoveUnusedImports.removeUnusedImports(source);
    return new Formatter(OPTIONS).formatSource(ImportOrderer.reorderImports(used, OPTIONS.style()));
  }
}
