"""Stage 1 translation: tables, control, attributes, and the result of `AT`."""

from __future__ import annotations

from wrought.isa.model import RO, RW, Table

T = Table("Arm ARM DDI 0487, D24.2")

TG0 = {0: "4 KB", 1: "64 KB", 2: "16 KB"}
TG1 = {1: "16 KB", 2: "4 KB", 3: "64 KB"}
SHAREABILITY = {0: "non-shareable", 2: "outer shareable", 3: "inner shareable"}
CACHEABILITY = {0: "non-cacheable", 1: "write-back, write-allocate", 2: "write-through",
                3: "write-back, no write-allocate"}
SIZE = {0: "32 bits", 1: "36 bits", 2: "40 bits", 3: "42 bits", 4: "44 bits", 5: "48 bits",
        6: "52 bits"}
WALK = {"SH0": SHAREABILITY, "ORGN0": CACHEABILITY, "IRGN0": CACHEABILITY, "TG0": TG0}
WALK_2 = {**WALK, "SH1": SHAREABILITY, "ORGN1": CACHEABILITY, "IRGN1": CACHEABILITY, "TG1": TG1}

TTBR0_EL1 = T.reg("TTBR0_EL1", (3, 0, 2, 0, 0), RW, 64, "Translation Table Base Register 0 (EL1)",
                  "ASID 63:48, BADDR 47:1, CnP 0")
TTBR1_EL1 = T.reg("TTBR1_EL1", (3, 0, 2, 0, 1), RW, 64, "Translation Table Base Register 1 (EL1)",
                  TTBR0_EL1.fields)
T.alias("TTBR0_EL12", TTBR0_EL1)
T.alias("TTBR1_EL12", TTBR1_EL1)
T.reg("TTBR0_EL2", (3, 4, 2, 0, 0), RW, 64, "Translation Table Base Register 0 (EL2)",
      TTBR0_EL1.fields)
T.reg("TTBR1_EL2", (3, 4, 2, 0, 1), RW, 64, "Translation Table Base Register 1 (EL2, with E2H)",
      TTBR0_EL1.fields)

TCR_EL1 = T.reg(
    "TCR_EL1", (3, 0, 2, 0, 2), RW, 64, "Translation Control Register (EL1)",
    "MTX1 61, MTX0 60, DS 59, TCMA1 58, TCMA0 57, E0PD1 56, E0PD0 55, NFD1 54, NFD0 53,"
    "TBID1 52, TBID0 51, HWU162 50, HWU161 49, HWU160 48, HWU159 47, HWU062 46,"
    "HWU061 45, HWU060 44, HWU059 43, HPD1 42, HPD0 41, HD 40, HA 39, TBI1 38, TBI0 37,"
    "AS 36, IPS 34:32, TG1 31:30, SH1 29:28, ORGN1 27:26, IRGN1 25:24, EPD1 23, A1 22,"
    "T1SZ 21:16, TG0 15:14, SH0 13:12, ORGN0 11:10, IRGN0 9:8, EPD0 7, T0SZ 5:0",
    {**WALK_2, "IPS": SIZE, "AS": {0: "8-bit ASID", 1: "16-bit ASID"}})
T.alias("TCR_EL12", TCR_EL1)
T.reg("TCR_EL2", (3, 4, 2, 0, 2), RW, 64,
      "Translation Control Register (EL2; with E2H it has the layout of TCR_EL1)",
      "MTX 33, DS 32, TCMA 30, TBID 29, HWU62 28, HWU61 27, HWU60 26, HWU59 25, HPD 24, HD 22,"
      "HA 21, TBI 20, PS 18:16, TG0 15:14, SH0 13:12, ORGN0 11:10, IRGN0 9:8, T0SZ 5:0",
      {**WALK, "PS": SIZE})

ATTRIBUTES = ", ".join(f"Attr{n} {8 * n + 7}:{8 * n}" for n in range(7, -1, -1))
ATTRIBUTE = {0x00: "Device-nGnRnE", 0x04: "Device-nGnRE", 0x08: "Device-nGRE",
             0x0C: "Device-GRE", 0x44: "Normal, non-cacheable",
             0xBB: "Normal, write-through", 0xFF: "Normal, write-back",
             0xF0: "Normal, write-back, tagged"}

MAIR_EL1 = T.reg("MAIR_EL1", (3, 0, 10, 2, 0), RW, 64,
                 "Memory Attribute Indirection Register (EL1)", ATTRIBUTES,
                 {f"Attr{n}": ATTRIBUTE for n in range(8)})
T.alias("MAIR_EL12", MAIR_EL1)
T.reg("MAIR_EL2", (3, 4, 10, 2, 0), RW, 64, "Memory Attribute Indirection Register (EL2)",
      MAIR_EL1.fields)
AMAIR_EL1 = T.reg("AMAIR_EL1", (3, 0, 10, 3, 0), RW, 64,
                  "Auxiliary Memory Attribute Indirection Register (EL1)")
T.alias("AMAIR_EL12", AMAIR_EL1)
T.reg("AMAIR_EL2", (3, 4, 10, 3, 0), RW, 64,
      "Auxiliary Memory Attribute Indirection Register (EL2)")

CONTEXTIDR_EL1 = T.reg("CONTEXTIDR_EL1", (3, 0, 13, 0, 1), RW, 32, "Context ID Register (EL1)",
                       "PROCID 31:0")
T.alias("CONTEXTIDR_EL12", CONTEXTIDR_EL1)
T.reg("CONTEXTIDR_EL2", (3, 4, 13, 0, 1), RW, 32, "Context ID Register (EL2)", "PROCID 31:0")

T.reg("PAR_EL1", (3, 0, 7, 4, 0), RW, 64,
      "Physical Address Register (with F set: FST in 6:1, PTW 8, S 9)",
      "ATTR 63:56, PA 51:12, NSE 11, NS 9, SH 8:7, F 0",
      {"SH": SHAREABILITY, "F": {0: "translated", 1: "fault"}})

T.reg("LORSA_EL1", (3, 0, 10, 4, 0), RW, 64, "LORegion Start Address", "SA 51:16, Valid 0")
T.reg("LOREA_EL1", (3, 0, 10, 4, 1), RW, 64, "LORegion End Address", "EA 51:16")
T.reg("LORN_EL1", (3, 0, 10, 4, 2), RW, 64, "LORegion Number", "Num 7:0")
T.reg("LORC_EL1", (3, 0, 10, 4, 3), RW, 64, "LORegion Control", "DS 9:2, EN 0")
T.reg("LORID_EL1", (3, 0, 10, 4, 7), RO, 64, "LORegionID", "LD 23:16, LR 7:0")

REGS = tuple(T.rows)
