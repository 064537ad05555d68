// Judging answers without slowing the client down.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace candela::bench {

/// What a stretch of received bytes held.
struct answers_read {
  std::size_t answers = 0;   ///< complete answers, good and wrong ones
  std::size_t wrong = 0;     ///< those of them with another status than 200 or another body than expected
  std::size_t consumed = 0;  ///< bytes of the complete answers; the rest belongs to an unfinished one
  bool broken = false;       ///< the bytes at `consumed` cannot be framed; the connection is of no more use
};

/// Finds complete answers in a stream. The first good answer is parsed in full (status line, Content-Length) and
/// becomes the pattern; later ones that match its status line, Content-Length line, head end and body are taken at
/// once, all others are parsed. Answers without Content-Length, or with a Transfer-Encoding, are not framed.
class response_reader {
 public:
  /// An answer whose body differs from `expected_body` is wrong; empty: any body will do.
  explicit response_reader(std::string expected_body);

  /// Reads up to `at_most` answers from the start of `bytes`.
  answers_read read(std::string_view bytes, std::size_t at_most);

  /// Length of the pattern answer in bytes; 0 before the first good answer.
  std::size_t answer_bytes() const { return pattern_.size(); }
  /// The beginning of the first answer that was wrong or could not be framed, on one line; empty when all was well.
  const std::string& first_wrong() const { return first_wrong_; }

 private:
  struct parsed_answer {
    bool complete = false;
    bool framed = true;
    std::string_view status_line;
    std::size_t length_line = 0;  // offset of the Content-Length line
    std::size_t head_bytes = 0;
    std::size_t bytes = 0;
  };

  static parsed_answer parse(std::string_view bytes);
  static std::size_t body_length(std::string_view head, parsed_answer& answer);
  bool matches_pattern(std::string_view bytes) const;
  bool judge(std::string_view answer, const parsed_answer& parsed);
  void complain(std::string_view about);

  std::string expected_body_;
  std::string pattern_;
  std::size_t status_bytes_ = 0;
  std::size_t length_line_ = 0;
  std::size_t length_line_bytes_ = 0;
  std::size_t body_ = 0;
  std::string first_wrong_;
};

}  // namespace candela::bench
