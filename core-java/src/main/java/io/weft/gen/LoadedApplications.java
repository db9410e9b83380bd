package io.weft.gen;

import io.weft.gen.ApplicationInfo.State;
import io.weft.node.ExitReason;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which applications a node knows, with their configuration. Those that an application includes
 * come and go with it.
 */
final class LoadedApplications {
  private final ApplicationEnv env;
  private final Map<String, ApplicationEntry> entries = new LinkedHashMap<>();

  LoadedApplications(ApplicationEnv env) {
    this.env = env;
  }

  Collection<ApplicationEntry> all() {
    return entries.values();
  }

  @Nullable ApplicationEntry find(String name) {
    return entries.get(name);
  }

  /** Returns why it cannot be loaded, or null. */
  @Nullable ExitReason load(Application application) {
    if (entries.containsKey(application.name())) {
      return ApplicationErrors.about("already_loaded", application.name());
    }
    put(application);
    return null;
  }

  /** Loads it unless it is; a newer definition takes the place of one that does not run. */
  ApplicationEntry loaded(Application application) {
    ApplicationEntry known = entries.get(application.name());
    if (known != null && (known.application == application || known.state != State.LOADED)) {
      return known;
    }
    return put(application);
  }

  private ApplicationEntry put(Application application) {
    var entry = new ApplicationEntry(application);
    entries.put(application.name(), entry);
    env.load(application);
    for (Application included : application.included()) {
      ApplicationEntry _ = loaded(included);
    }
    return entry;
  }

  /** Returns why it cannot be unloaded, or null. */
  @Nullable ExitReason unload(String name) {
    ApplicationEntry entry = entries.get(name);
    if (entry == null) {
      return ApplicationErrors.about("not_loaded", name);
    }
    if (entry.state != State.LOADED) {
      return ApplicationErrors.about("running", name);
    }
    remove(entry);
    return null;
  }

  private void remove(ApplicationEntry entry) {
    entries.remove(entry.name());
    env.unload(entry.name());
    for (Application included : entry.application.included()) {
      ApplicationEntry part = entries.get(included.name());
      if (part != null && part.state == State.LOADED && !isIncluded(included)) {
        remove(part);
      }
    }
  }

  private boolean isIncluded(Application application) {
    return all().stream().anyMatch(entry -> entry.application.included().contains(application));
  }
}
