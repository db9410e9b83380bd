package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What ties a process to others: its links, the monitors on both sides, and its aliases. Used in
 * the turns of its process only.
 */
final class Ties {
  private final Process<?> self;
  private @Nullable LinkTable links;
  private @Nullable MonitorTable monitors;
  private @Nullable Map<Reference, AliasMode> aliases;

  Ties(Process<?> self) {
    this.self = self;
  }

  Process<?> self() {
    return self;
  }

  private Router router() {
    return self.node().router();
  }

  // --- links -------------------------------------------------------------------------------------

  /** Before the first turn only: the other side has this link in its table already. */
  void linkedFromBirth(Pid other) {
    links().onLink(other);
  }

  /** Links with another process; false if that is known to be gone. */
  boolean link(Pid other) {
    if (!links().link(other) || router().link(self.pid(), other)) {
      return true;
    }
    links().onExit(other);
    return false;
  }

  void unlink(Pid other) {
    long id = links == null ? 0 : links.unlink(other);
    if (id != 0) {
      router().unlink(self.pid(), other, id);
    }
  }

  void onLink(Signal.Link link) {
    boolean active = links().onLink(link.from);
    if (active && link.session != null && !link.session.linkTaken(self.pid(), link.from)) {
      self.onLinkExit(new Signal.LinkExit(link.from, ExitReason.NOCONNECTION));
    }
  }

  void onUnlink(Signal.Unlink unlink) {
    links().onUnlink(unlink.from);
    router().linkGone(self.pid(), unlink.from);
    if (unlink.id != 0) {
      router().unlinkAck(self.pid(), unlink.from, unlink.id);
    }
  }

  void onUnlinkAck(Signal.UnlinkAck ack) {
    links().onUnlinkAck(ack.from, ack.id);
  }

  /** An exit signal came through a link: true if the link was active, and counts. */
  boolean breakLink(Pid from) {
    if (links == null || !links.onExit(from)) {
      return false;
    }
    router().linkGone(self.pid(), from);
    return true;
  }

  // --- monitors ----------------------------------------------------------------------------------

  /** Monitors a target. A monitor of the process itself is none, and no alias either. */
  void watch(Target target, Reference monitor) {
    if (!isSelf(target)) {
      monitors().add(monitor, target);
      router().monitor(self.pid(), target, monitor);
    }
  }

  private boolean isSelf(Target target) {
    return switch (target) {
      case Target.ByPid(Pid pid) -> pid.equals(self.pid());
      case Target.ByName(Atom name, Atom _) -> name.equals(self.name()) && router().isHere(target);
    };
  }

  /** Another node has started a process for this one, with the ties that were asked for. */
  void spawned(Signal.SpawnReply reply, Pid pid) {
    if (reply.monitored()) {
      monitors().add(reply.request, new Target.ByPid(pid));
    }
    if (reply.linked()) {
      onLink(new Signal.Link(pid, reply.session));
    }
  }

  /** A monitor that was to be has come to nothing. */
  void monitorFailed(Reference monitor) {
    endAliasOfMonitor(monitor);
  }

  void watch(Target target, Reference monitor, AliasMode alias) {
    if (!isSelf(target)) {
      aliases().put(monitor, alias);
      watch(target, monitor);
    }
  }

  boolean unwatch(Reference monitor) {
    Target target = monitors == null ? null : monitors.remove(monitor);
    endAliasOfMonitor(monitor);
    if (target == null) {
      return false;
    }
    router().demonitor(self.pid(), target, monitor);
    return true;
  }

  /** A report came: true if its monitor was there, and counts. */
  boolean reported(Reference monitor) {
    if (monitors == null || !monitors.ended(monitor)) {
      return false;
    }
    endAliasOfMonitor(monitor);
    return true;
  }

  private void endAliasOfMonitor(Reference monitor) {
    AliasMode mode = aliases == null ? null : aliases.get(monitor);
    if (mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR) {
      unalias(monitor);
    }
  }

  void watchedBy(Signal.Monitor watcher) {
    monitors().watchedBy(watcher);
  }

  void unwatchedBy(Reference monitor) {
    if (monitors != null) {
      monitors.unwatchedBy(monitor);
    }
  }

  // --- aliases -----------------------------------------------------------------------------------

  void alias(Reference alias, AliasMode mode) {
    aliases().put(alias, mode);
  }

  boolean unalias(Reference alias) {
    return aliases != null && aliases.remove(alias) != null;
  }

  /** A message came through an alias: true if the alias is active; ends it if one message does. */
  boolean useAlias(Reference told) {
    if (aliases == null) {
      return false;
    }
    Reference alias = References.meant(told, aliases);
    AliasMode mode = aliases.get(alias);
    if (mode == null) {
      return false;
    }
    if (mode == AliasMode.REPLY || mode == AliasMode.REPLY_DEMONITOR) {
      unalias(alias);
    }
    if (mode == AliasMode.REPLY_DEMONITOR) {
      unwatch(alias);
    }
    return true;
  }

  // --- the end -----------------------------------------------------------------------------------

  /** Tells everybody that the process has ended. Links first, as OTP 25 does. */
  void cut(ExitReason reason) {
    if (links != null) {
      links.forEachActive(linked -> router().linkExit(self.pid(), linked, reason));
    }
    if (monitors != null) {
      monitors.watchers().forEach(watcher -> router().down(watcher, reason));
      monitors.own().forEach((monitor, target) -> router().demonitor(self.pid(), target, monitor));
    }
  }

  /** Returns how many links and monitors there are, those of others included. */
  int size() {
    return (links == null ? 0 : links.size()) + (monitors == null ? 0 : monitors.size());
  }

  Iterator<Pid> activeLinks() {
    return links == null ? Collections.emptyIterator() : links.activeOnes();
  }

  Iterator<Signal.Monitor> watcherSignals() {
    return monitors == null ? Collections.emptyIterator() : monitors.watchers().iterator();
  }

  Iterator<Map.Entry<Reference, Target>> ownMonitors() {
    return monitors == null ? Collections.emptyIterator() : monitors.own().entrySet().iterator();
  }

  // --- a look from outside -----------------------------------------------------------------------

  List<Pid> linked() {
    return links == null ? List.of() : links.active();
  }

  List<Target> watched() {
    return monitors == null ? List.of() : List.copyOf(monitors.own().values());
  }

  List<Reference> monitorsOf(Target target) {
    return monitors == null
        ? List.of()
        : monitors.own().entrySet().stream()
            .filter(monitor -> monitor.getValue().equals(target))
            .map(Map.Entry::getKey)
            .toList();
  }

  List<Pid> watchers() {
    return monitors == null
        ? List.of()
        : monitors.watchers().stream().map(watcher -> watcher.watcher).toList();
  }

  Map<Reference, AliasMode> aliased() {
    return aliases == null ? Map.of() : Map.copyOf(aliases);
  }

  Set<Reference> monitoring() {
    return monitors == null ? Set.of() : Set.copyOf(monitors.own().keySet());
  }

  private LinkTable links() {
    LinkTable table = links;
    if (table == null) {
      table = new LinkTable();
      links = table;
    }
    return table;
  }

  private MonitorTable monitors() {
    MonitorTable table = monitors;
    if (table == null) {
      table = new MonitorTable();
      monitors = table;
    }
    return table;
  }

  private Map<Reference, AliasMode> aliases() {
    Map<Reference, AliasMode> table = aliases;
    if (table == null) {
      table = new HashMap<>(4);
      aliases = table;
    }
    return table;
  }
}
