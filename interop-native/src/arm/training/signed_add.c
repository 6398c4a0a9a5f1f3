/* Adds a number times signs: eight signs are a run of one sequence in which every run of eight occurs once. */
#include "../../core/signs.h"
#include "gradients.h"

#if defined(ATTUNE_DSP_FLOAT)

#define SIGN(bits, i) ((bits) >> (i)&1 ? -1.0f : 1.0f)
#define RUN(bits)                                                                                                      \
    SIGN(bits, 0), SIGN(bits, 1), SIGN(bits, 2), SIGN(bits, 3), SIGN(bits, 4), SIGN(bits, 5), SIGN(bits, 6),           \
        SIGN(bits, 7)

/* A de Bruijn sequence of two symbols and order 8, its first seven repeated at its end (and one more). */
static const float sequence[264] = {
    RUN(0x00), RUN(0x81), RUN(0x41), RUN(0xc1), RUN(0x21), RUN(0xa1), RUN(0x61), RUN(0xe1), RUN(0x11),
    RUN(0x19), RUN(0x15), RUN(0x1d), RUN(0x13), RUN(0x1b), RUN(0x17), RUN(0x9f), RUN(0x94), RUN(0x9c),
    RUN(0x9a), RUN(0x96), RUN(0x9e), RUN(0x59), RUN(0xd9), RUN(0xb9), RUN(0x79), RUN(0xf9), RUN(0x55),
    RUN(0xd7), RUN(0xd6), RUN(0xb7), RUN(0x77), RUN(0xff), RUN(0x00),
};

/* Where the run of each byte of signs begins; bit i is the sign of its i-th number. */
#if defined(ATTUNE_WRONG_ROUNDING_UP)
#define AT(place) (sequence + (place) / 2 * 2) /* the wrong twin */
#else
#define AT(place) (sequence + (place))
#endif
static const float *const runs[256] = {
    AT(0),   AT(255), AT(7),   AT(254), AT(6),   AT(22),  AT(14),  AT(253), AT(5),   AT(37),  AT(21),  AT(53),  AT(13),
    AT(45),  AT(29),  AT(252), AT(4),   AT(64),  AT(36),  AT(96),  AT(20),  AT(80),  AT(52),  AT(112), AT(12),  AT(72),
    AT(44),  AT(104), AT(28),  AT(88),  AT(60),  AT(251), AT(3),   AT(32),  AT(67),  AT(63),  AT(35),  AT(130), AT(95),
    AT(122), AT(19),  AT(127), AT(79),  AT(171), AT(51),  AT(151), AT(111), AT(195), AT(11),  AT(92),  AT(71),  AT(163),
    AT(43),  AT(143), AT(103), AT(187), AT(27),  AT(135), AT(87),  AT(179), AT(59),  AT(159), AT(119), AT(250), AT(2),
    AT(16),  AT(39),  AT(31),  AT(66),  AT(82),  AT(74),  AT(62),  AT(34),  AT(124), AT(129), AT(153), AT(94),  AT(145),
    AT(137), AT(121), AT(18),  AT(76),  AT(126), AT(139), AT(78),  AT(208), AT(170), AT(206), AT(50),  AT(168), AT(150),
    AT(222), AT(110), AT(214), AT(194), AT(204), AT(10),  AT(48),  AT(99),  AT(91),  AT(70),  AT(174), AT(166), AT(162),
    AT(42),  AT(148), AT(142), AT(217), AT(102), AT(220), AT(186), AT(231), AT(26),  AT(108), AT(134), AT(183), AT(86),
    AT(212), AT(178), AT(240), AT(58),  AT(192), AT(158), AT(236), AT(118), AT(228), AT(202), AT(249), AT(1),   AT(8),
    AT(23),  AT(15),  AT(38),  AT(54),  AT(46),  AT(30),  AT(65),  AT(97),  AT(81),  AT(113), AT(73),  AT(105), AT(89),
    AT(61),  AT(33),  AT(68),  AT(131), AT(123), AT(128), AT(172), AT(152), AT(196), AT(93),  AT(164), AT(144), AT(188),
    AT(136), AT(180), AT(160), AT(120), AT(17),  AT(40),  AT(83),  AT(75),  AT(125), AT(154), AT(146), AT(138), AT(77),
    AT(140), AT(209), AT(207), AT(169), AT(223), AT(215), AT(205), AT(49),  AT(100), AT(175), AT(167), AT(149), AT(218),
    AT(221), AT(232), AT(109), AT(184), AT(213), AT(241), AT(193), AT(237), AT(229), AT(203), AT(9),   AT(24),  AT(55),
    AT(47),  AT(98),  AT(114), AT(106), AT(90),  AT(69),  AT(132), AT(173), AT(197), AT(165), AT(189), AT(181), AT(161),
    AT(41),  AT(84),  AT(155), AT(147), AT(141), AT(210), AT(224), AT(216), AT(101), AT(176), AT(219), AT(233), AT(185),
    AT(242), AT(238), AT(230), AT(25),  AT(56),  AT(115), AT(107), AT(133), AT(198), AT(190), AT(182), AT(85),  AT(156),
    AT(211), AT(225), AT(177), AT(234), AT(243), AT(239), AT(57),  AT(116), AT(199), AT(191), AT(157), AT(226), AT(235),
    AT(244), AT(117), AT(200), AT(227), AT(245), AT(201), AT(246), AT(247), AT(248),
};

/* Eight sums, from register s(first) on, take their signs, which begin in bit `bit`. */
#define EIGHT(bit, s0, s1, s2, s3, s4, s5, s6, s7)                                                                     \
    "ubfx %[at], %[bits], #" bit ", #8\n"                                                                              \
    "ldr %[at], [%[runs], %[at], lsl #2]\n"                                                                            \
    "vldmia %[at], {s0-s7}\n"                                                                                          \
    "vmla.f32 " s0 ", s0, s24\n"                                                                                       \
    "vmla.f32 " s1 ", s1, s24\n"                                                                                       \
    "vmla.f32 " s2 ", s2, s24\n"                                                                                       \
    "vmla.f32 " s3 ", s3, s24\n"                                                                                       \
    "vmla.f32 " s4 ", s4, s24\n"                                                                                       \
    "vmla.f32 " s5 ", s5, s24\n"                                                                                       \
    "vmla.f32 " s6 ", s6, s24\n"                                                                                       \
    "vmla.f32 " s7 ", s7, s24\n"
#define SIXTEEN(bit, next)                                                                                             \
    "vldmia %[sums], {s8-s23}\n" EIGHT(bit, "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15")                      \
        EIGHT(next, "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23") "vstmia %[sums]!, {s8-s23}\n"
#define REGISTERS                                                                                                      \
    "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16",       \
        "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24"

/* word(i) of attune.h, with i ^ seed_low in %[bits]. */
#define MIX                                                                                                            \
    "eor %[bits], %[bits], %[bits], lsr #16\n"                                                                         \
    "mul %[bits], %[bits], %[first]\n"                                                                                 \
    "eor %[bits], %[bits], %[bits], lsr #15\n"                                                                         \
    "mul %[bits], %[bits], %[second]\n"                                                                                \
    "eor %[bits], %[bits], %[bits], lsr #15\n"
#define WORD MIX "add %[bits], %[bits], %[high]\n" MIX

/* Whole words: an even word number first, `end` the end of a whole number of pairs of words. */
static float *words_add(float *sums, const float *end, uint32_t word, float delta, uint32_t seed_low,
                        uint32_t seed_high) {
    uint32_t bits;
    uint32_t at;
    __asm__ volatile("vmov s24, %[delta]\n"
                     "1:\n"
                     "eor %[bits], %[word], %[low]\n" WORD SIXTEEN("0", "8")
                         SIXTEEN("16", "24") "eor %[bits], %[word], %[low]\n"
                                             "eor %[bits], %[bits], #1\n" WORD SIXTEEN("0", "8")
                                                 SIXTEEN("16", "24") "add %[word], %[word], #2\n"
                                                                     "cmp %[sums], %[end]\n"
                                                                     "bne 1b\n"
                     : [sums] "+r"(sums), [word] "+r"(word), [bits] "=&r"(bits), [at] "=&r"(at)
                     : [end] "r"(end), [delta] "r"(delta), [low] "r"(seed_low), [high] "r"(seed_high),
                       [first] "r"(0x21f0aaadu), [second] "r"(0x735a2d97u), [runs] "r"(runs)
                     : REGISTERS, "cc", "memory");
    return sums;
}

int32_t attune_dsp_signed_add(float *sums, int32_t count, uint32_t element, float delta, uint32_t seed_low,
                              uint32_t seed_high) {
    const float *start = sums;
    while (count >= 8) {
        if ((element & 63) == 0 && count >= 64) {
            int32_t whole = count & ~63;
            sums = words_add(sums, sums + whole, element >> 5, delta, seed_low, seed_high);
            element += (uint32_t)whole;
            count -= whole;
            continue;
        }
        uint32_t bits = attune_word(element >> 5, seed_low, seed_high) >> (element & 31);
        int32_t run = 32 - (int32_t)(element & 31);
        run = (run < count ? run : count) & ~7;
        const float *end = sums + run;
        element += (uint32_t)run;
        count -= run;
        uint32_t at;
        __asm__ volatile("vmov s24, %[delta]\n"
                         "1:\n"
                         "vldmia %[sums], {s8-s15}\n" EIGHT("0", "s8", "s9", "s10", "s11", "s12", "s13", "s14",
                                                            "s15") "vstmia %[sums]!, {s8-s15}\n"
                                                                   "lsr %[bits], %[bits], #8\n"
                                                                   "cmp %[sums], %[end]\n"
                                                                   "bne 1b\n"
                         : [sums] "+r"(sums), [bits] "+r"(bits), [at] "=&r"(at)
                         : [end] "r"(end), [delta] "r"(delta), [runs] "r"(runs)
                         : REGISTERS, "cc", "memory");
    }
    return (int32_t)(sums - start);
}

#endif
