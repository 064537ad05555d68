// Every reason to refuse a head or a chunked body: status, stable code, sentence for the client. Private.
#pragma once

#include <candela/http/head_parser.hpp>

namespace candela::http::detail::errors {

// The request line.
inline constexpr head_error method_character{400, "method_character", "The request method is not a token."};
inline constexpr head_error request_line_whitespace{400, "request_line_whitespace",
                                                    "The parts of a request line are separated by exactly one space."};
inline constexpr head_error target_character{400, "target_character",
                                             "The request target holds a byte that must be percent-encoded."};
inline constexpr head_error target_fragment{400, "target_fragment", "A request target carries no fragment."};
inline constexpr head_error target_escape{
    400, "target_escape", "The path holds a percent sign that begins no valid escape, or an encoded NUL."};
inline constexpr head_error target_form{400, "target_form", "The request target has no form that its method may use."};
inline constexpr head_error target_authority{400, "target_authority",
                                             "The authority of the request target is not valid."};
inline constexpr head_error target_userinfo{400, "target_userinfo", "A request target carries no user information."};
inline constexpr head_error target_too_long{414, "target_too_long",
                                            "The request target is longer than this server accepts."};
inline constexpr head_error version_missing{400, "version_missing", "The request line names no protocol version."};
inline constexpr head_error version_malformed{400, "version_malformed", "The protocol version is malformed."};
inline constexpr head_error version_unsupported{505, "version_unsupported",
                                                "This server speaks HTTP/1.0 and HTTP/1.1 here."};

// Lines and fields.
inline constexpr head_error bare_cr{400, "bare_cr", "A carriage return stands without its line feed."};
inline constexpr head_error bare_lf{400, "bare_lf", "A line ends without its carriage return."};
inline constexpr head_error whitespace_before_header{400, "whitespace_before_header",
                                                     "Whitespace stands before the first header field."};
inline constexpr head_error folded_line{400, "folded_line", "A header field continues on a second line."};
inline constexpr head_error empty_field_name{400, "empty_field_name", "A header field has no name."};
inline constexpr head_error space_before_colon{400, "space_before_colon",
                                               "Whitespace stands between a header field's name and its colon."};
inline constexpr head_error field_name_character{400, "field_name_character", "A header field's name is not a token."};
inline constexpr head_error missing_colon{400, "missing_colon", "A header line has no colon."};
inline constexpr head_error nul_in_value{400, "nul_in_value", "A header field's value holds a NUL."};
inline constexpr head_error control_in_value{400, "control_in_value",
                                             "A header field's value holds a control character."};
inline constexpr head_error too_many_fields{431, "too_many_fields",
                                            "The request has more header fields than this server accepts."};
inline constexpr head_error head_too_large{431, "head_too_large",
                                           "The request head is larger than this server accepts."};

// What single fields say.
inline constexpr head_error host_missing{400, "host_missing", "An HTTP/1.1 request carries a Host field."};
inline constexpr head_error host_repeated{400, "host_repeated", "A request carries no more than one Host field."};
inline constexpr head_error host_invalid{400, "host_invalid",
                                         "The Host field's value is not a host with an optional port."};
inline constexpr head_error content_length_repeated{400, "content_length_repeated",
                                                    "A request carries no more than one Content-Length."};
inline constexpr head_error content_length_malformed{400, "content_length_malformed",
                                                     "Content-Length is not a decimal number."};
inline constexpr head_error content_length_overflow{400, "content_length_overflow",
                                                    "Content-Length is beyond every possible body."};
inline constexpr head_error transfer_encoding_repeated{400, "transfer_encoding_repeated",
                                                       "A request carries no more than one Transfer-Encoding."};
inline constexpr head_error transfer_encoding_unknown{400, "transfer_encoding_unknown",
                                                      "The only transfer coding accepted here is one chunked."};
inline constexpr head_error transfer_encoding_version{400, "transfer_encoding_version",
                                                      "An HTTP/1.0 request has no transfer coding."};
inline constexpr head_error length_with_chunked{400, "length_with_chunked",
                                                "A request carries Content-Length or Transfer-Encoding, not both."};
inline constexpr head_error expectation_unknown{417, "expectation_unknown",
                                                "The only expectation met here is 100-continue."};
inline constexpr head_error judges_disagree{400, "judges_disagree",
                                            "The request head can be read in more than one way."};

// Chunked bodies.
inline constexpr head_error chunk_size_malformed{400, "chunk_size_malformed",
                                                 "A chunk's size is not a hexadecimal number."};
inline constexpr head_error chunk_size_overflow{400, "chunk_size_overflow",
                                                "A chunk's size is beyond every possible body."};
inline constexpr head_error chunk_extension_malformed{400, "chunk_extension_malformed",
                                                      "A chunk's extension is malformed."};
inline constexpr head_error chunk_extension_too_long{400, "chunk_extension_too_long",
                                                     "A chunk's extensions are longer than this server accepts."};
inline constexpr head_error chunk_end_missing{400, "chunk_end_missing",
                                              "A chunk's data is not followed by the end of its line."};
inline constexpr head_error trailer_forbidden{400, "trailer_forbidden",
                                              "A trailer field names what only a header field may say."};
inline constexpr head_error trailers_too_large{431, "trailers_too_large",
                                               "The trailer section is larger than this server accepts."};
inline constexpr head_error too_many_trailers{431, "too_many_trailers",
                                              "The body has more trailer fields than this server accepts."};
inline constexpr head_error body_judges_disagree{400, "judges_disagree",
                                                 "The chunked body can be read in more than one way."};

}  // namespace candela::http::detail::errors
