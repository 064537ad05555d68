// Loads certificates anew when their files change or when told to.
#pragma once

#include <candela/net/loop.hpp>
#include <candela/net/tls_context.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace candela::net {

/// Looks at the files of a context once a second: what they are after every symbolic link, so that the `..data` swap of
/// a Kubernetes secret is seen too. It loads when two looks in a row agree on a change. What cannot be loaded changes
/// nothing: the context in use stays.
///
/// Lives on one loop and reads small files there; a service gives it the loop of its management thread and posts what
/// was loaded to the workers.
class tls_watcher {
 public:
  using loaded = std::move_only_function<void(std::shared_ptr<const tls_context> fresh)>;
  using refused = std::move_only_function<void(std::string_view why)>;

  /// Watches the files that `current` was loaded from, from its loading on. Both calls come on the loop's thread.
  tls_watcher(loop& owner, std::shared_ptr<const tls_context> current, loaded on_loaded, refused on_refused,
              std::chrono::milliseconds period = std::chrono::seconds(1));
  tls_watcher(const tls_watcher&) = delete;
  tls_watcher& operator=(const tls_watcher&) = delete;
  ~tls_watcher();

  /// Loads at once, changed or not, and watches these files from then on (SIGHUP). What it gives is `current()`, the
  /// same as before when neither certificates nor options differ; neither callback is called. The error is a sentence
  /// that names the file, and the context in use stays.
  [[nodiscard]] std::expected<std::shared_ptr<const tls_context>, std::string> load_now(const tls_options& wanted);
  /// The context loaded last.
  [[nodiscard]] const std::shared_ptr<const tls_context>& current() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace candela::net
