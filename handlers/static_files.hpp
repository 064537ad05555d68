// Serves the files of a folder.
#pragma once

#include <candela/core/error.hpp>
#include <candela/core/task.hpp>
#include <candela/net/lanes.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace candela::handlers {

namespace detail {
class folder;
class open_file;
struct byte_range;
struct validators;
}  // namespace detail

/// The handler `static_files`, for a GET route whose pattern ends in `{path...}` (HEAD comes along):
///
///     - {get: "/assets/{path...}", handler: {static_files: {root: public}}}
///
///     root: public                 # the folder; required
///     index: index.html            # what stands for a folder; [] for nothing
///     dot_files: false             # whether names that begin with a dot are served
///     cache_control: no-cache      # the Cache-Control field; empty for none
///     types: {weird: text/x-odd}   # media types by extension, before the known ones
///
/// Nothing outside the folder is ever opened: the kernel keeps the way inside (openat2, RESOLVE_BENEATH), where
/// symbolic links work as long as they stay there; on kernels without it every name is opened by itself and no link is
/// followed. Encoded slashes, empty names, "." and ".." are 404. The folder is opened once; after it was replaced by
/// another of its name, a reload finds that one.
///
/// Answers carry ETag and Last-Modified and honour the conditions of RFC 9110, section 13, and Range, section 14:
/// one range, or several that touch, are answered with 206; several with gaps with the whole file. A tag is weak while
/// the file was changed within the last two seconds, when a second change might go unnoticed.
///
/// Files are read on the `files` lane, up to 64 KiB at once, larger ones in pieces as the client takes them. A file
/// that becomes shorter meanwhile breaks the connection: a short answer must not look like a whole one.
class static_files {
 public:
  static constexpr bool needs_rest = true;

  explicit static_files(stage_setup& setup);
  ~static_files();

  task<void> operator()(exchange& x);

 private:
  struct found_file;
  struct search;

  [[nodiscard]] std::optional<std::string> inner_path(const exchange& x) const;
  [[nodiscard]] bool allowed(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view type_of(std::string_view path) const noexcept;
  void describe(exchange& x, const detail::validators& current) const;
  task<void> serve(exchange& x, found_file found);
  task<void> send(exchange& x, found_file found, std::uint64_t first, std::uint64_t count);
  task<void> stream(exchange& x, std::shared_ptr<const detail::open_file> file, std::uint64_t first,
                    std::uint64_t count);

  std::shared_ptr<const detail::folder> root_;  // shared with what runs on the lane
  net::lanes& lanes_;
  std::vector<std::string> index_;
  bool dot_files_;
  std::string cache_control_;
  std::vector<std::pair<std::string, std::string>> types_;
};

}  // namespace candela::handlers
