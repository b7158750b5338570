package dev.lanyard.node.app.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the log goes: a file, rotated at ten MB, five older ones kept. Never the terminal, which
 * belongs to {@code app.cli}.
 *
 * <p>A node that is refused must leave no trace, least of all in the log of the node that has the
 * folder. So what is logged while a node starts is held in memory until the state directory is its
 * own.
 */
public final class LogFile {
    /** Names of files and of peers come from others: no line of theirs begins a line of the log. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} - %replace(%msg %kvp){'\\p{Cntrl}','?'}%n%ex";

    private static final int OLDER_FILES = 5;
    private static final FileSize SIZE_MAX = FileSize.valueOf("10 MB");

    private final LoggerContext context;
    private final Gate gate;

    private LogFile(LoggerContext context, Gate gate) {
        this.context = context;
        this.gate = gate;
    }

    /** From now on keeps in memory what is logged in this process. */
    public static LogFile hold() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Gate gate = new Gate();
        gate.setContext(context);
        gate.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(gate);
        root.setLevel(Level.INFO);
        context.getLogger("io.netty").setLevel(Level.WARN);
        // What concerns us is told as a fault; of the rest there is no end on some networks.
        context.getLogger("javax.jmdns").setLevel(Level.OFF);
        return new LogFile(context, gate);
    }

    /**
     * Writes what was held to {@code file}, and from now on logs there.
     *
     * @throws IOException if its directory cannot be made
     */
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            OwnerOnlyFiles.makeDirectory(directory);
        }
        gate.open(appender(file));
    }

    private Appender<ILoggingEvent> appender(Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder());
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(SIZE_MAX);
        trigger.start();
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file.toString().replace("%", "\\%") + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(OLDER_FILES);
        rolling.start();
        appender.setTriggeringPolicy(trigger);
        appender.setRollingPolicy(rolling);
        appender.start();
        return appender;
    }

    private PatternLayoutEncoder encoder() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.start();
        return encoder;
    }

    /**
     * Closed until it is opened: then what waited goes first. Appenders are called by one thread at
     * a time.
     */
    private static final class Gate extends AppenderBase<ILoggingEvent> {
        private static final int HELD_MAX = 1_000;

        private final Deque<ILoggingEvent> held = new ArrayDeque<>();
        private @Nullable Appender<ILoggingEvent> behind;

        @Override
        protected void append(ILoggingEvent event) {
            if (behind != null) {
                behind.doAppend(event);
                return;
            }
            event.prepareForDeferredProcessing();
            if (held.size() == HELD_MAX) {
                held.removeFirst();
            }
            held.addLast(event);
        }

        synchronized void open(Appender<ILoggingEvent> to) {
            behind = to;
            held.forEach(to::doAppend);
            held.clear();
        }

        @Override
        public synchronized void stop() {
            if (behind != null) {
                behind.stop();
            }
            super.stop();
        }
    }
}
