#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <candela/audit/detail/file_sink.hpp>
#include <candela/audit/verifier.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace candela::audit {

namespace detail {

namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = 0600;
constexpr int most_torn_files = 1000;

std::unexpected<std::string> failure(const fs::path& file, std::string_view why) {
  return std::unexpected(file.string() + ": " + std::string(why));
}

std::unexpected<std::string> system_failure(const fs::path& file) { return failure(file, std::strerror(errno)); }

descriptor open_file(const fs::path& file, int flags) {
  return descriptor(::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, owner_only));
}

}  // namespace

file_calls file_calls::of_system() noexcept { return {.write = ::write, .sync = ::fdatasync, .truncate = ::ftruncate}; }

sink::result<found_trail> file_sink::open(const std::string& stream, const jose::key_set& keys) try {
  if (auto locked = lock(stream); !locked) return std::unexpected(locked.error());
  stream_files files{stream, {}};
  const fs::path places[] = {folder_};
  for (stream_files& each : find_streams(places)) {
    if (each.stream == stream) files = std::move(each);
  }
  std::string torn;
  for (; !files.files.empty(); files.files.pop_back()) {
    auto found = take_up(files.files.back(), keys);
    if (!found || found->at.sequence != 0) {
      if (found) found->torn += torn;
      return found;
    }
    // The service ended before the file's first line was complete.
    torn = std::move(found->torn);
    if (auto removed = set_aside(files.files.back(), torn); !removed) return std::unexpected(removed.error());
  }
  return found_trail{{}, std::move(torn), 0};
} catch (const std::exception& wrong) {
  return std::unexpected(std::string(wrong.what()));
}

// Two processes that write one trail would tear it apart.
sink::result<> file_sink::lock(const std::string& stream) {
  const fs::path file = folder_ / (stream + ".lock");
  lock_ = open_file(file, O_CREAT | O_RDWR);
  if (!lock_) return system_failure(file);
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  const bool is_taken = errno == EWOULDBLOCK;
  lock_.reset();
  return is_taken ? failure(file, "another process writes this trail; each has a name of its own (stream)")
                  : system_failure(file);
}

sink::result<found_trail> file_sink::take_up(const fs::path& file, const jose::key_set& keys) {
  found_trail found;
  verifier checked(&keys);
  if (auto right = verify_file(checked, file, &found.torn); !right) {
    return failure(folder_, "the trail was changed and is not gone on with: " + right.error().text());
  }
  found.at = checked.summary().at;
  if (found.at.sequence == 0) return found;
  if (found.at.ended) {
    if (found.torn.empty()) return found;
    return failure(file, "behind its end stands what is no line of the trail");
  }
  file_ = open_file(file, O_WRONLY | O_APPEND);
  if (!file_) return system_failure(file);
  whole_ = fs::file_size(file) - found.torn.size();
  name_ = file.filename().string();
  if (auto kept = keep_copy(file, found.torn); !kept) return std::unexpected(kept.error());
  if (!found.torn.empty() && calls_.truncate(file_.get(), static_cast<off_t>(whole_)) != 0) return system_failure(file);
  found.file_bytes = whole_;
  return found;
}

// First the copy, then the cut: a crash in between leaves two copies and loses nothing.
sink::result<> file_sink::keep_copy(const fs::path& file, std::string_view torn) {
  if (torn.empty()) return {};
  fs::path aside = file;
  aside += ".torn";
  descriptor copy;
  for (int i = 2; !(copy = open_file(aside, O_CREAT | O_EXCL | O_WRONLY)); ++i) {
    if (errno != EEXIST || i > most_torn_files) return system_failure(aside);
    aside = file;
    aside += ".torn" + std::to_string(i);
  }
  if (auto written = write_all(copy.get(), torn); !written) return written;
  if (calls_.sync(copy.get()) != 0) return system_failure(aside);
  return sync_folder();
}

sink::result<> file_sink::set_aside(const fs::path& file, std::string_view torn) {
  if (auto kept = keep_copy(file, torn); !kept) return kept;
  if (::unlink(file.c_str()) != 0) return system_failure(file);
  return sync_folder();
}

sink::result<> file_sink::begin_file(const std::string& name) {
  // Asked again when the folder could not be synchronised, the file is there.
  if (!file_ || name_ != name) {
    const fs::path file = folder_ / name;
    file_ = open_file(file, O_CREAT | O_EXCL | O_WRONLY | O_APPEND);
    if (!file_) return system_failure(file);
    name_ = name;
    whole_ = 0;
    has_remains_ = false;
  }
  return sync_folder();
}

sink::result<> file_sink::append(std::string_view lines) {
  if (has_remains_) {
    if (calls_.truncate(file_.get(), static_cast<off_t>(whole_)) != 0) return system_failure(folder_ / name_);
    has_remains_ = false;
  }
  if (auto written = write_all(file_.get(), lines); !written) {
    // What got through before the disk was full must not stay as a torn line.
    has_remains_ = calls_.truncate(file_.get(), static_cast<off_t>(whole_)) != 0;
    return written;
  }
  whole_ += lines.size();
  return {};
}

sink::result<> file_sink::write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = calls_.write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_failure(folder_ / name_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

sink::result<> file_sink::sync() {
  if (calls_.sync(file_.get()) != 0) return system_failure(folder_ / name_);
  return {};
}

// So that the file's name outlives a failure of the machine, too.
sink::result<> file_sink::sync_folder() {
  const descriptor folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_failure(folder_);
  return {};
}

void file_sink::close() noexcept {
  file_.reset();
  lock_.reset();
}

}  // namespace detail

std::unique_ptr<sink> make_file_sink(std::filesystem::path folder) {
  return std::make_unique<detail::file_sink>(std::move(folder), detail::file_calls::of_system());
}

}  // namespace candela::audit
