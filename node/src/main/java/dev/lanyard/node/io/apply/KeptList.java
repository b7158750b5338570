package dev.lanyard.node.io.apply;

import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads what is in versions: names first, and only the sidecars of those that are asked for. */
final class KeptList {
    private KeptList() {}

    /** What was kept of {@code path}, latest first. */
    static List<Kept> of(Root root, RelativePath path) throws IOException {
        String hash = VersionName.hashOf(path);
        return matching(root, name -> name.pathHash().equals(hash), path);
    }

    /**
     * All whose name passes {@code filter} and whose path is known, latest first.
     *
     * @param path of which all are that the filter lets pass, or null
     */
    static List<Kept> matching(
            Root root, Predicate<VersionName> filter, @Nullable RelativePath path)
            throws IOException {
        List<VersionName> wanted = new ArrayList<>();
        Set<String> sidecars = new HashSet<>();
        root.eachName(
                Place.VERSIONS,
                text -> {
                    boolean isSidecar = text.endsWith(VersionName.SIDECAR_SUFFIX);
                    String bare = isSidecar ? withoutSuffix(text) : text;
                    Optional<VersionName> name = VersionName.parse(bare).filter(filter);
                    if (name.isPresent() && isSidecar) {
                        sidecars.add(bare);
                    } else {
                        name.ifPresent(wanted::add);
                    }
                });
        wanted.sort(Comparator.reverseOrder());
        List<Kept> kept = new ArrayList<>(wanted.size());
        for (VersionName name : wanted) {
            Kept one =
                    sidecars.contains(name.toString())
                            ? described(root, name, path)
                            : undescribed(root, name, path);
            if (one != null && one.path() != null && (path == null || path.equals(one.path()))) {
                kept.add(one);
            }
        }
        return kept;
    }

    private static String withoutSuffix(String text) {
        return text.substring(0, text.length() - VersionName.SIDECAR_SUFFIX.length());
    }

    /** What the sidecar of {@code name} says; null if there is neither it nor the content. */
    static @Nullable Kept described(Root root, VersionName name, @Nullable RelativePath path)
            throws IOException {
        Optional<Kept> kept = described(root, name);
        return kept.isPresent() ? kept.get() : undescribed(root, name, path);
    }

    /** What the sidecar of {@code name} says; empty if it is not there or not whole. */
    static Optional<Kept> described(Root root, VersionName name) throws IOException {
        if (root.stat(Place.VERSIONS, name.sidecarName()) == null) {
            return Optional.empty();
        }
        byte[] json = Contents.small(root, Place.VERSIONS, name.sidecarName());
        return Sidecar.decode(name.toString(), json);
    }

    private static @Nullable Kept undescribed(
            Root root, VersionName name, @Nullable RelativePath path) throws IOException {
        Found found = root.stat(Place.VERSIONS, name.toString());
        if (found == null) {
            return null; // Pruned since the names were listed.
        }
        return Kept.unknown(
                name,
                path,
                found.kind() == Kind.SYMLINK
                        ? root.readLink(Place.VERSIONS, name.toString())
                        : null,
                found.stat(),
                null);
    }
}
