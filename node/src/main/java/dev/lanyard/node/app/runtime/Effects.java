package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.apply.Applier;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.peer.Peers;
import dev.lanyard.node.io.scan.Scanner;
import dev.lanyard.node.io.store.DecisionJournal;
import dev.lanyard.node.io.transfer.Transfers;
import dev.lanyard.node.io.watch.Watcher;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hands each effect of the engine to the part that carries it out; never waits for it. */
final class Effects {
    private static final Logger log = LoggerFactory.getLogger(Effects.class);

    private final EngineLoop loop;
    private final Disk disk;
    private final Scanner scanner;
    private final Watcher watcher;
    private final Applier applier;
    private final Transfers transfers;
    private final Peers peers;
    private final DecisionJournal decisions;
    private final AtomicBoolean checkingRoot = new AtomicBoolean();

    Effects(
            EngineLoop loop,
            Disk disk,
            Scanner scanner,
            Watcher watcher,
            Applier applier,
            Transfers transfers,
            Peers peers,
            DecisionJournal decisions) {
        this.loop = loop;
        this.disk = disk;
        this.scanner = scanner;
        this.watcher = watcher;
        this.applier = applier;
        this.transfers = transfers;
        this.peers = peers;
        this.decisions = decisions;
    }

    void run(Effect effect) {
        switch (effect) {
            case Effect.Scan it -> scanner.scan(it);
            case Effect.Cookie it -> watcher.cookie(it.cookie());
            case Effect.Send it -> peers.send(it);
            case Effect.Announce it -> announce(it);
            case Effect.Close it -> peers.close(it);
            case Effect.AskClock it -> peers.askClock(it);
            case Effect.Fetch it -> transfers.fetch(it);
            case Effect.Copy it -> transfers.copy(it);
            case Effect.CancelFetch it -> transfers.cancel(it);
            case Effect.Discard it -> transfers.discard(it.stagedName());
            case Effect.Apply it -> applier.apply(it);
            case Effect.Clear it -> applier.clear(it.batches());
            case Effect.CheckRoot _ -> checkRoot();
            case Effect.Answer it -> loop.answer(it.request(), it.reply());
            case Effect.Note it -> decisions.write(it.decision());
        }
    }

    private void announce(Effect.Announce it) {
        int sessions = it.sessions().size();
        peers.announce(it, entries -> transfers.ahead(entries, sessions));
    }

    /**
     * A medium that hangs can keep this waiting for long; the next look begins when this one has
     * ended.
     */
    private void checkRoot() {
        if (checkingRoot.compareAndSet(false, true)) {
            Thread.ofVirtual().name("check root").start(this::lookForRoot);
        }
    }

    private void lookForRoot() {
        try {
            disk.open().close();
            watcher.restart();
            loop.put(new Event.RootFound());
        } catch (IOException stillLost) {
            log.atDebug().setCause(stillLost).log("root is not back");
        } finally {
            checkingRoot.set(false);
        }
    }
}
