// What changes a body on its way: decryption, compression, a digest.
#pragma once

#include <candela/server/problem.hpp>
#include <optional>
#include <string_view>

namespace candela {

class exchange;

/// Takes what a filter makes.
class body_sink {
 public:
  /// Bytes are taken over or copied before the call returns. False: a limit is passed or somebody behind has failed,
  /// and nothing is taken any more; a filter that makes much of little (decompression) stops then.
  virtual bool append(std::string_view bytes) = 0;

 protected:
  ~body_sink() = default;
};

/// Sees a body piece by piece, in either direction. Made in the exchange's arena (`x.arena().make<...>()`), attached
/// with `exchange::filter_input` or `filter_output`. Filters attached first see the bytes first. Buffered bodies pass
/// through as well, in one or more pieces. Backpressure is the stream's: what a filter appends counts against the same
/// marks.
class body_filter {
 public:
  /// The next bytes, a view valid during the call. A problem ends the exchange: as its answer where one can still be
  /// given.
  [[nodiscard]] virtual std::optional<problem> on_chunk(exchange& x, std::string_view piece, body_sink& out) = 0;
  /// No more bytes come; what was kept back is appended now.
  [[nodiscard]] virtual std::optional<problem> on_end(exchange& x, body_sink& out) = 0;

 protected:
  ~body_filter() = default;

 private:
  friend class filter_chain;
  body_filter* next_ = nullptr;
};

}  // namespace candela
