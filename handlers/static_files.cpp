#include <candela/handlers/static_files.hpp>

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/date.hpp>
#include <candela/server/extension.hpp>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include "handlers/detail/byte_range.hpp"
#include "handlers/detail/conditions.hpp"
#include "handlers/detail/folder.hpp"
#include "handlers/detail/media_types.hpp"

namespace candela::handlers {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t whole_bytes = 64 * 1024;   // read together with the search
constexpr std::uint64_t piece_bytes = 128 * 1024;  // of what is streamed

std::shared_ptr<const detail::folder> open_folder(config::reader& options) {
  try {
    return std::make_shared<const detail::folder>(options.path("root"));
  } catch (const std::system_error& failed) {
    options.get("root").fail("cannot be opened as a folder: " + failed.code().message());
  }
}

// What is sent as a field's value has no control characters (RFC 9110, section 5.5).
std::string field_value(const config::node& option, std::string text) {
  const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  if (std::ranges::any_of(text, is_control)) option.fail("a header field's value has no control characters");
  return text;
}

bool has_encoded_slash(std::string_view path) noexcept {
  return path.find("%2F") != std::string_view::npos || path.find("%2f") != std::string_view::npos;
}

// To the same path with a slash behind it, so that the index page's relative links lead where they should.
void redirect(exchange& x) {
  const std::string_view query = x.request().query();
  const std::string_view mark = query.empty() ? "" : "?";
  x.response().status(301).header_unchecked(http::header::location,
                                            concatenate(x.arena(), x.request().path(), "/", mark, query));
}

[[noreturn]] void refuse(const error& failed) {
  switch (failed.code) {
    case errc::not_found: throw problem::not_found("There is no such file.");
    case errc::permission: throw problem::forbidden("This file is not for reading.");
    case errc::busy:
    case errc::cancelled:
    case errc::closed:
    case errc::out_of_resources: throw problem::unavailable("The service is too busy to read files.");
    default: throw std::runtime_error("a file could not be read: " + failed.text());
  }
}

std::string_view entity_tag(std::uint64_t identity, bool weak, arena& memory) {
  const std::span<char> text = memory.make_array<char>(std::string_view("W/\"0123456789abcdef\"").size());
  char* at = text.data();
  if (weak) at = std::copy_n("W/", 2, at);
  *at++ = '"';
  at = write_hex(at, identity);
  *at++ = '"';
  return {text.data(), static_cast<std::size_t>(at - text.data())};
}

std::string_view date_text(std::chrono::sys_seconds time, arena& memory) {
  const std::span<char> text = memory.make_array<char>(http::date_bytes);
  http::write_date(text.data(), time);
  return {text.data(), text.size()};
}

detail::validators validators_of(const detail::open_file& file, exchange& x) {
  const timespec changed = file.modified();
  const auto modified = std::chrono::sys_seconds(std::chrono::seconds(changed.tv_sec));
  const auto now = std::chrono::floor<std::chrono::seconds>(x.worker().time().wall());
  const bool weak = now - modified < 2s;
  // A date in the future would be one that no client may send back (RFC 9110, section 8.8.2.1).
  return {entity_tag(file.identity(), weak, x.arena()), std::min(modified, now), !weak};
}

detail::range_choice wanted_range(const exchange& x, const detail::validators& current, std::uint64_t bytes) {
  const http::headers& fields = x.request().headers();
  const bool asked = x.request().method() == http::method::get && fields.count(http::header::range) == 1;
  if (!asked || !detail::range_applies(fields, current)) return {};
  return detail::choose_range(fields.get(http::header::range), bytes);
}

}  // namespace

/// What was found: a folder that wants a redirect, or a file, with its content when that is small.
struct static_files::found_file {
  std::string path;
  std::shared_ptr<const detail::open_file> file;  // null: redirect
  std::string content;
  bool whole = false;  // `content` is all of it
};

/// Runs on the lane and owns all it uses: whoever waits for it may go away.
struct static_files::search {
  std::shared_ptr<const detail::folder> root;
  std::string path;
  std::vector<std::string> index;
  bool as_folder;  // the request's path ends with a slash
  bool with_content;

  std::expected<found_file, error> operator()() const {
    auto entry = root->open(path);
    if (!entry) return std::unexpected(std::move(entry).error());
    if (!entry->is_folder) return as_folder ? std::unexpected(error(errc::not_found)) : load(path, entry->file);
    if (!as_folder) return found_file{path, nullptr, {}, false};
    for (const std::string& name : index) {
      const std::string inside = path.empty() ? name : path + "/" + name;
      auto page = root->open(inside);
      if (page && !page->is_folder) return load(inside, page->file);
    }
    return std::unexpected(error(errc::not_found));
  }

  std::expected<found_file, error> load(const std::string& at, std::shared_ptr<const detail::open_file> file) const {
    found_file found{at, std::move(file), {}, false};
    if (!with_content || found.file->bytes() > whole_bytes) return found;
    auto bytes = found.file->read(0, static_cast<std::size_t>(found.file->bytes()));
    if (!bytes) return std::unexpected(std::move(bytes).error());
    found.content = std::move(*bytes);
    found.whole = true;
    return found;
  }
};

static_files::static_files(stage_setup& setup)
    : root_(open_folder(setup.options())),
      lanes_(setup.lanes()),
      index_(setup.options().strings("index", {"index.html"})),
      dot_files_(setup.options().boolean("dot_files", false)),
      cache_control_(
          field_value(setup.options().get("cache_control"), setup.options().string("cache_control", "no-cache"))) {
  for (const config::node::member& type : setup.options().members("types")) {
    types_.emplace_back(type.key, field_value(type.value, type.value.as_string()));
  }
  for (const std::string& name : index_) {
    if (!allowed(name) || name.find('/') != std::string::npos) {
      setup.options().get("index").fail("'" + name + "' is not a file's name");
    }
  }
}

static_files::~static_files() = default;

task<void> static_files::operator()(exchange& x) {
  std::optional<std::string> path = inner_path(x);
  if (!path) refuse(errc::not_found);
  search job{root_, std::move(*path), index_, x.request().path().ends_with('/'),
             x.request().method() == http::method::get};
  auto found = co_await lanes_.files.run(x.loop(), std::move(job), x.cancellation());
  if (!found) refuse(found.error());
  if (found->file == nullptr) {
    redirect(x);
    co_return;
  }
  co_await serve(x, std::move(*found));
}

// The path below the root; nothing when it has a name that is never served.
std::optional<std::string> static_files::inner_path(const exchange& x) const {
  const std::size_t parameters = x.route().parameters.size();
  if (has_encoded_slash(x.request().path())) return std::nullopt;
  std::string_view path = parameters == 0 ? std::string_view() : x.path(parameters - 1);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return x.request().path().ends_with("//") ? std::nullopt : std::optional<std::string>("");
  for (std::string_view left = path;;) {
    const std::size_t slash = left.find('/');
    if (!allowed(left.substr(0, slash))) return std::nullopt;
    if (slash == std::string_view::npos) return std::string(path);
    left.remove_prefix(slash + 1);
  }
}

bool static_files::allowed(std::string_view name) const noexcept {
  if (name.empty() || name == "." || name == "..") return false;
  return dot_files_ || name.front() != '.';
}

std::string_view static_files::type_of(std::string_view path) const noexcept {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::string_view extension = detail::extension_of(name);
  const auto own = std::ranges::find_if(
      types_, [extension](const auto& type) { return equal_ignoring_case(type.first, extension); });
  return own == types_.end() ? detail::media_type_of(name) : std::string_view(own->second);
}

// The fields that a 304 has, too (RFC 9110, section 15.4.5).
void static_files::describe(exchange& x, const detail::validators& current) const {
  response& answer = x.response();
  answer.header_unchecked(http::header::etag, current.tag);
  answer.header_unchecked(http::header::last_modified, date_text(current.modified, x.arena()));
  if (!cache_control_.empty()) answer.header_unchecked(http::header::cache_control, cache_control_);
}

task<void> static_files::serve(exchange& x, found_file found) {
  const std::uint64_t bytes = found.file->bytes();
  const detail::validators current = validators_of(*found.file, x);
  const detail::verdict verdict = detail::judge(x.request().headers(), current);
  if (verdict == detail::verdict::precondition_failed) {
    throw problem(412, "precondition_failed", "The file is another version than the request expects.");
  }
  const detail::range_choice range = wanted_range(x, current, bytes);
  if (verdict == detail::verdict::proceed && range.kind == detail::range_kind::unsatisfiable) {
    x.fail(problem(416, "range_not_satisfiable", "The file has no such bytes."));
    x.response().header_unchecked(http::header::content_range, concatenate(x.arena(), "bytes */", bytes));
    co_return;
  }
  describe(x, current);
  if (verdict == detail::verdict::not_modified) {
    x.response().status(304);
    co_return;
  }
  x.response().content_type(x.arena().copy(type_of(found.path)));
  x.response().header_unchecked(http::header::accept_ranges, "bytes");
  if (range.kind == detail::range_kind::part) {
    const std::uint64_t last = range.part.first + range.part.count - 1;
    x.response().status(206).header_unchecked(
        http::header::content_range, concatenate(x.arena(), "bytes ", range.part.first, "-", last, "/", bytes));
    co_await send(x, std::move(found), range.part.first, range.part.count);
  } else {
    co_await send(x, std::move(found), 0, bytes);
  }
}

task<void> static_files::send(exchange& x, found_file found, std::uint64_t first, std::uint64_t count) {
  if (x.request().method() == http::method::head) {
    // The length that a GET would announce, and no body.
    x.announce_length(count);
    const std::string_view nothing;
    static_cast<void>(co_await x.write(nothing));
  } else if (found.whole) {
    const std::string& content = x.arena().make<std::string>(std::move(found.content));
    x.response().body(std::string_view(content).substr(first, count));
  } else {
    co_await stream(x, std::move(found.file), first, count);
  }
}

task<void> static_files::stream(exchange& x, std::shared_ptr<const detail::open_file> file, std::uint64_t first,
                                std::uint64_t count) {
  x.announce_length(count);
  for (const std::uint64_t end = first + count; first != end && !x.cancelled();) {
    const auto next = static_cast<std::size_t>(std::min(piece_bytes, end - first));
    const auto read = [file, first, next] { return file->read(first, next); };
    auto piece = co_await lanes_.files.run(x.loop(), read, x.cancellation());
    if (!piece && x.cancelled()) co_return;
    if (!piece) refuse(piece.error());
    const auto written = co_await x.write(*piece);
    if (!written) co_return;
    first += next;
  }
}

CANDELA_HANDLER("static_files", static_files);

}  // namespace candela::handlers
