# printf.c as riscv64-unknown-elf-gcc 12.2.0 compiles it; do not edit.
# Made by "node scripts/run.mjs scripts/compile-firmware.ts".

	.file	"printf.c"
	.option nopic
	.attribute arch, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0"
	.attribute unaligned_access, 0
	.attribute stack_align, 16
	.text
	.align	1
	.type	put, @function
put:
	ld	a4,0(a0)
	addi	sp,sp,-32
	sd	s0,16(sp)
	sd	s1,8(sp)
	sd	ra,24(sp)
	li	a5,128
	mv	s0,a0
	mv	s1,a1
	bne	a4,a5,.L2
	li	a1,128
	addi	a0,a0,12
	call	fw_write
	sd	zero,0(s0)
.L2:
	ld	a5,0(s0)
	addi	a4,a5,1
	sd	a4,0(s0)
	add	a5,s0,a5
	sb	s1,12(a5)
	lw	a5,8(s0)
	ld	ra,24(sp)
	ld	s1,8(sp)
	addiw	a5,a5,1
	sw	a5,8(s0)
	ld	s0,16(sp)
	addi	sp,sp,32
	jr	ra
	.size	put, .-put
	.align	1
	.type	put_field, @function
put_field:
	addi	sp,sp,-80
	sd	s1,56(sp)
	sd	s2,48(sp)
	sd	s3,40(sp)
	sd	s4,32(sp)
	sd	s6,16(sp)
	sd	s7,8(sp)
	mv	s1,a3
	sd	ra,72(sp)
	sd	s0,64(sp)
	sd	s5,24(sp)
	mv	s2,a0
	mv	s3,a1
	mv	s4,a2
	mv	s7,a4
	mv	s6,a5
	li	a3,0
.L5:
	add	a5,s4,a3
	lbu	a5,0(a5)
	bne	a5,zero,.L6
	lw	s0,4(s3)
	lbu	a5,0(s3)
	add	a3,a3,s6
	sub	s0,s0,a3
	sub	s0,s0,s1
	bne	a5,zero,.L12
	lbu	a5,1(s3)
	beq	a5,zero,.L21
	mv	a5,s0
	bge	s0,zero,.L9
	li	a5,0
.L9:
	add	s1,s1,a5
.L12:
	lbu	a1,0(s4)
	bne	a1,zero,.L13
.L14:
	bne	s1,zero,.L15
	add	s6,s7,s6
.L16:
	bne	s6,s7,.L17
	lbu	a5,0(s3)
	beq	a5,zero,.L4
.L18:
	bgt	s0,zero,.L19
.L4:
	ld	ra,72(sp)
	ld	s0,64(sp)
	ld	s1,56(sp)
	ld	s2,48(sp)
	ld	s3,40(sp)
	ld	s4,32(sp)
	ld	s5,24(sp)
	ld	s6,16(sp)
	ld	s7,8(sp)
	addi	sp,sp,80
	jr	ra
.L6:
	addi	a3,a3,1
	j	.L5
.L11:
	li	a1,32
	mv	a0,s2
	call	put
	addi	s5,s5,-1
.L8:
	bgt	s5,zero,.L11
	j	.L12
.L21:
	mv	s5,s0
	j	.L8
.L13:
	mv	a0,s2
	addi	s4,s4,1
	call	put
	j	.L12
.L15:
	li	a1,48
	mv	a0,s2
	call	put
	addi	s1,s1,-1
	j	.L14
.L17:
	lbu	a1,0(s7)
	mv	a0,s2
	addi	s7,s7,1
	call	put
	j	.L16
.L19:
	li	a1,32
	mv	a0,s2
	call	put
	addi	s0,s0,-1
	j	.L18
	.size	put_field, .-put_field
	.section	.rodata.str1.8,"aMS",@progbits,1
	.align	3
.LC0:
	.string	"0123456789ABCDEF"
	.align	3
.LC1:
	.string	"0123456789abcdef"
	.text
	.align	1
	.type	put_integer, @function
put_integer:
	addi	sp,sp,-48
	sd	ra,40(sp)
	mv	a6,a4
	lla	t1,.LC0
	bne	a5,zero,.L25
	lla	t1,.LC1
.L25:
	addi	a4,sp,28
	slli	a6,a6,32
	mv	a5,a4
	srli	a6,a6,32
.L26:
	bne	a3,zero,.L27
	lw	a3,8(a1)
	sub	a5,a5,a4
	li	a6,1
	blt	a3,zero,.L28
	mv	a6,a3
	sb	zero,1(a1)
.L28:
	li	a3,0
	bge	a5,a6,.L29
	sub	a3,a6,a5
.L29:
	call	put_field
	ld	ra,40(sp)
	addi	sp,sp,48
	jr	ra
.L27:
	remu	a7,a3,a6
	addi	a4,a4,-1
	add	a7,t1,a7
	lbu	a7,0(a7)
	divu	a3,a3,a6
	sb	a7,0(a4)
	j	.L26
	.size	put_integer, .-put_integer
	.section	.rodata.str1.8
	.align	3
.LC2:
	.string	"(null)"
	.align	3
.LC3:
	.string	" "
	.align	3
.LC4:
	.string	""
	.align	3
.LC5:
	.string	"+"
	.align	3
.LC6:
	.string	"-"
	.align	3
.LC7:
	.string	"0x"
	.align	3
.LC8:
	.string	"0X"
	.align	3
.LC9:
	.string	"NAN"
	.align	3
.LC10:
	.string	"nan"
	.align	3
.LC11:
	.string	"INF"
	.align	3
.LC12:
	.string	"inf"
	.align	3
.LC13:
	.string	"0123456789"
	.text
	.align	1
	.weak	printf
	.type	printf, @function
printf:
	addi	sp,sp,-608
	sd	s1,520(sp)
	sd	a5,584(sp)
	li	s1,65536
	addi	a5,sp,552
	sd	s2,512(sp)
	sd	s3,504(sp)
	sd	s4,496(sp)
	sd	ra,536(sp)
	sd	s0,528(sp)
	mv	s4,a0
	sd	a1,552(sp)
	sd	a2,560(sp)
	sd	a3,568(sp)
	sd	a4,576(sp)
	sd	a6,592(sp)
	sd	a7,600(sp)
	sd	zero,24(sp)
	sw	zero,32(sp)
	sd	a5,0(sp)
	li	s2,1
	li	s3,48
	addi	s1,s1,1029
.L37:
	lbu	a1,0(s4)
	bne	a1,zero,.L115
	ld	a1,24(sp)
	addi	a0,sp,36
	call	fw_write
	ld	ra,536(sp)
	ld	s0,528(sp)
	lw	a0,32(sp)
	ld	s1,520(sp)
	ld	s2,512(sp)
	ld	s3,504(sp)
	ld	s4,496(sp)
	addi	sp,sp,608
	jr	ra
.L115:
	li	a5,37
	addi	s4,s4,1
	bne	a1,a5,.L38
	li	a5,-1
	sd	zero,8(sp)
	sw	a5,16(sp)
	mv	s0,s4
	li	a3,0
	li	a4,0
	li	a6,0
	li	a2,0
	li	a0,0
	li	a7,45
	li	t1,35
	li	t3,43
	li	t4,32
.L48:
	lbu	a5,0(s0)
	beq	a5,a7,.L116
	beq	a5,s3,.L117
	beq	a5,t1,.L118
	beq	a5,t3,.L119
	bne	a5,t4,.L40
	beq	a4,zero,.L41
	mv	a5,a4
.L41:
	mv	a4,a5
.L172:
	li	a3,1
	j	.L39
.L40:
	beq	a3,zero,.L42
	sb	a4,11(sp)
.L42:
	beq	a6,zero,.L43
	sb	s2,10(sp)
.L43:
	beq	a2,zero,.L44
	li	a4,1
	sb	a4,9(sp)
.L44:
	beq	a0,zero,.L45
	li	a4,1
	sb	a4,8(sp)
.L45:
	li	a4,42
	beq	a5,a4,.L46
	li	a3,0
	li	a5,0
	li	a2,9
	li	a6,10
.L47:
	lbu	a4,0(s0)
	addiw	a4,a4,-48
	andi	a0,a4,0xff
	bleu	a0,a2,.L50
	beq	a3,zero,.L49
	sw	a5,12(sp)
	j	.L49
.L116:
	li	a0,1
.L39:
	addi	s0,s0,1
	j	.L48
.L117:
	li	a2,1
	j	.L39
.L118:
	li	a6,1
	j	.L39
.L119:
	li	a4,43
	j	.L172
.L46:
	ld	a5,0(sp)
	addi	s0,s0,1
	addi	a4,a5,8
	lw	a5,0(a5)
	sd	a4,0(sp)
	sw	a5,12(sp)
.L49:
	lw	a5,12(sp)
	bge	a5,zero,.L52
	negw	a5,a5
	sb	s2,8(sp)
	sw	a5,12(sp)
.L52:
	lbu	a4,0(s0)
	li	a5,46
	bne	a4,a5,.L53
	lbu	a3,1(s0)
	sw	zero,16(sp)
	li	a5,42
	addi	a4,s0,1
	bne	a3,a5,.L120
	ld	a5,0(sp)
	addi	s0,s0,2
	addi	a4,a5,8
	lw	a5,0(a5)
	sd	a4,0(sp)
	sw	a5,16(sp)
.L53:
	li	a4,4
	li	a2,104
	li	a0,16
	li	a6,2
.L55:
	lbu	a5,0(s0)
	bne	a5,a2,.L58
	divw	a4,a4,a6
.L59:
	addi	s0,s0,1
	j	.L55
.L50:
	mulw	a5,a6,a5
	addi	s0,s0,1
	li	a3,1
	addw	a5,a5,a4
	j	.L47
.L56:
	mulw	a5,a7,a5
	addi	a4,a4,1
	li	a2,1
	addw	a5,a5,a3
.L54:
	lbu	a3,0(a4)
	addiw	a3,a3,-48
	andi	a6,a3,0xff
	bleu	a6,a0,.L56
	beq	a2,zero,.L57
	sw	a5,16(sp)
.L57:
	mv	s0,a4
	j	.L53
.L120:
	li	a2,0
	li	a5,0
	li	a0,9
	li	a7,10
	j	.L54
.L58:
	addiw	a3,a5,-106
	andi	a3,a3,0xff
	bgtu	a3,a0,.L60
	srl	a3,s1,a3
	andi	a3,a3,1
	beq	a3,zero,.L168
	li	a4,8
	j	.L59
.L60:
	li	a3,120
	bgtu	a5,a3,.L38
	li	a3,98
	bgtu	a5,a3,.L63
	li	a3,70
	beq	a5,a3,.L64
	li	a3,88
	beq	a5,a3,.L65
	li	a4,37
	beq	a5,a4,.L66
.L38:
	addi	a0,sp,24
	call	put
	j	.L37
.L66:
	li	a1,37
	addi	a0,sp,24
	call	put
.L73:
	addi	s4,s0,1
	j	.L37
.L72:
	ld	a5,0(sp)
	sb	zero,9(sp)
	addi	a4,a5,8
	lw	a5,0(a5)
	sd	a4,0(sp)
	addi	a4,sp,168
	sb	a5,168(sp)
	li	a5,1
.L176:
	li	a3,0
	lla	a2,.LC4
.L175:
	addi	a1,sp,8
	addi	a0,sp,24
	call	put_field
	j	.L73
.L69:
	ld	a5,0(sp)
	addi	a4,a5,8
	sd	a4,0(sp)
	ld	a4,0(a5)
	bne	a4,zero,.L74
	lla	a4,.LC2
.L74:
	lw	a3,16(sp)
	li	a5,0
	j	.L75
.L78:
	addi	a5,a5,1
.L75:
	blt	a3,zero,.L76
	bgeu	a5,a3,.L77
.L76:
	add	a2,a4,a5
	lbu	a2,0(a2)
	bne	a2,zero,.L78
.L77:
	sb	zero,9(sp)
	j	.L176
.L71:
	ld	a5,0(sp)
	addi	a3,a5,8
	sd	a3,0(sp)
	ld	a5,0(a5)
	li	a3,8
	subw	a3,a3,a4
	slliw	a3,a3,3
	sll	a5,a5,a3
	sra	a3,a5,a3
	bge	a5,zero,.L80
	neg	a3,a3
	lla	a2,.LC6
.L81:
	li	a5,0
	li	a4,10
.L173:
	addi	a1,sp,8
	addi	a0,sp,24
	call	put_integer
	j	.L73
.L80:
	lbu	a5,11(sp)
	li	a4,43
	lla	a2,.LC5
	beq	a5,a4,.L81
	li	a4,32
	lla	a2,.LC3
	beq	a5,a4,.L81
	lla	a2,.LC4
	j	.L81
.L68:
	ld	a5,0(sp)
	addi	a3,a5,8
	sd	a3,0(sp)
	ld	a3,0(a5)
	li	a5,8
	beq	a4,a5,.L83
	slliw	a4,a4,3
	li	a5,-1
	sll	a5,a5,a4
	not	a5,a5
	and	a3,a3,a5
.L83:
	li	a5,0
	li	a4,10
	lla	a2,.LC4
	j	.L173
.L65:
	ld	a3,0(sp)
	addi	a2,a3,8
	sd	a2,0(sp)
	li	a2,8
	ld	a3,0(a3)
	beq	a4,a2,.L84
	slliw	a2,a4,3
	li	a4,-1
	sll	a4,a4,a2
	not	a4,a4
	and	a3,a3,a4
.L84:
	lbu	a4,10(sp)
	lla	a2,.LC4
	beq	a4,zero,.L85
	beq	a3,zero,.L85
	li	a4,88
	lla	a2,.LC7
	bne	a5,a4,.L85
	lla	a2,.LC8
.L85:
	addi	a5,a5,-88
	seqz	a5,a5
	li	a4,16
	j	.L173
.L70:
	ld	a3,0(sp)
	li	a4,16
	lla	a2,.LC7
	addi	a5,a3,8
	sd	a5,0(sp)
	ld	a3,0(a3)
	li	a5,0
	j	.L173
.L64:
	ld	a4,0(sp)
	lla	a2,.LC6
	addi	a3,a4,8
	ld	a4,0(a4)
	sd	a3,0(sp)
	mv	a3,a4
	blt	a4,zero,.L86
	lbu	a1,11(sp)
	li	a0,43
	lla	a2,.LC5
	beq	a1,a0,.L86
	li	a0,32
	lla	a2,.LC4
	bne	a1,a0,.L86
	lla	a2,.LC3
.L86:
	srli	a0,a3,52
	andi	a0,a0,2047
	slli	a3,a3,12
	li	a1,2047
	srli	a3,a3,12
	bne	a0,a1,.L87
	sb	zero,9(sp)
	beq	a3,zero,.L88
	li	a3,70
	lla	a4,.LC10
	bne	a5,a3,.L89
	lla	a4,.LC9
.L89:
	li	a5,3
.L174:
	li	a3,0
	j	.L175
.L88:
	li	a3,70
	lla	a4,.LC12
	bne	a5,a3,.L89
	lla	a4,.LC11
	j	.L89
.L87:
	lw	a5,16(sp)
	li	a1,6
	blt	a5,zero,.L91
	li	a6,15
	sext.w	a1,a5
	ble	a5,a6,.L91
	li	a1,15
.L91:
	li	a5,1085
	ble	a0,a5,.L93
	li	a5,1
	slli	a5,a5,52
	addi	a4,sp,477
	or	a3,a3,a5
	mv	t1,a4
	addiw	a5,a0,-1075
	li	a6,10
	lla	t3,.LC13
	li	a7,9
.L94:
	remu	a0,a3,a6
	addi	a4,a4,-1
	add	a0,a0,t3
	lbu	a0,0(a0)
	sb	a0,0(a4)
	mv	a0,a3
	divu	a3,a3,a6
	bgtu	a0,a7,.L94
	li	a7,10
	li	t3,49
.L95:
	mv	a0,t1
	li	a3,0
	j	.L99
.L96:
	lbu	a6,-1(a0)
	addi	a0,a0,-1
	addiw	a6,a6,-48
	slliw	a6,a6,1
	addw	a3,a6,a3
	remw	a6,a3,a7
	divw	a3,a3,a7
	addiw	a6,a6,48
	sb	a6,0(a0)
.L99:
	bltu	a4,a0,.L96
	beq	a3,zero,.L97
	sb	t3,-1(a4)
	addi	a4,a4,-1
.L97:
	addiw	a5,a5,-1
	bne	a5,zero,.L95
	li	a3,0
	j	.L98
.L93:
	fmv.d.x	fa5,zero
	fmv.d.x	fa4,a4
	flt.d	a5,fa4,fa5
	beq	a5,zero,.L100
	fneg.d	fa5,fa4
	fmv.x.d	a4,fa5
.L100:
	fmv.d.x	fa5,a4
	li	a3,0
	li	a0,1
	fcvt.lu.d a5,fa5,rtz
	li	a6,10
.L102:
	bne	a3,a1,.L103
	fmv.d.x	fa4,a4
	fcvt.d.lu	fa5,a5
	fcvt.d.lu	fa1,a0
	fld	fa3,.LC14,a4
	fsub.d	fa5,fa4,fa5
	fmul.d	fa2,fa5,fa1
	fcvt.lu.d a3,fa2,rtz
	fcvt.d.lu	fa4,a3
	mv	a4,a3
	fsub.d	fa4,fa2,fa4
	fsub.d	fa4,fa4,fa3
	bne	a1,zero,.L104
	mv	a4,a5
.L104:
	fmv.d.x	fa3,zero
	fgt.d	a6,fa4,fa3
	bne	a6,zero,.L105
	feq.d	a6,fa4,fa3
	beq	a6,zero,.L106
	fmsub.d	fa5,fa5,fa1,fa2
	fgt.d	a6,fa5,fa3
	bne	a6,zero,.L105
	feq.d	a6,fa5,fa3
	beq	a6,zero,.L106
	andi	a4,a4,1
	beq	a4,zero,.L106
.L105:
	addi	a3,a3,1
.L106:
	bne	a0,a3,.L107
	addi	a5,a5,1
	li	a3,0
.L107:
	addi	a4,sp,477
	mv	a7,a4
	li	a6,10
	lla	t1,.LC13
.L108:
	bne	a5,zero,.L109
	bne	a4,a7,.L98
	li	a5,48
	sb	a5,476(sp)
	addi	a4,sp,476
.L98:
	bne	a1,zero,.L110
	lbu	a0,10(sp)
	addi	a5,sp,477
	beq	a0,zero,.L111
.L110:
	li	a5,46
	sb	a5,477(sp)
	addi	a5,sp,478
.L111:
	mv	a0,a1
	li	t3,-1
	li	t1,10
.L112:
	addi	a0,a0,-1
	sext.w	a6,a0
	bne	a6,t3,.L113
	add	a5,a5,a1
	sub	a5,a5,a4
	j	.L174
.L103:
	mul	a0,a0,a6
	addiw	a3,a3,1
	j	.L102
.L109:
	remu	a0,a5,a6
	addi	a4,a4,-1
	add	a0,a0,t1
	lbu	a0,0(a0)
	divu	a5,a5,a6
	sb	a0,0(a4)
	j	.L108
.L113:
	remu	a7,a3,t1
	add	a6,a5,a0
	addiw	a7,a7,48
	divu	a3,a3,t1
	sb	a7,0(a6)
	j	.L112
.L168:
	li	a3,120
	bgtu	a5,a3,.L38
.L63:
	addiw	a3,a5,-99
	andi	a3,a3,0xff
	li	a2,21
	bgtu	a3,a2,.L38
	lla	a2,.L67
	slli	a3,a3,2
	add	a3,a3,a2
	lw	a3,0(a3)
	add	a3,a3,a2
	jr	a3
	.section	.rodata
	.align	2
	.align	2
.L67:
	.word	.L72-.L67
	.word	.L71-.L67
	.word	.L38-.L67
	.word	.L64-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L71-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L70-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L69-.L67
	.word	.L38-.L67
	.word	.L68-.L67
	.word	.L38-.L67
	.word	.L38-.L67
	.word	.L65-.L67
	.text
	.size	printf, .-printf
	.section	.rodata.str1.8
	.align	3
.LC15:
	.string	"%s\n"
	.text
	.align	1
	.weak	puts
	.type	puts, @function
puts:
	mv	a1,a0
	lla	a0,.LC15
	tail	printf
	.size	puts, .-puts
	.align	1
	.weak	fputc
	.type	fputc, @function
fputc:
	addi	sp,sp,-32
	sb	a0,15(sp)
	li	a1,1
	addi	a0,sp,15
	sd	ra,24(sp)
	call	fw_write
	ld	ra,24(sp)
	lbu	a0,15(sp)
	addi	sp,sp,32
	jr	ra
	.size	fputc, .-fputc
	.align	1
	.weak	putchar
	.type	putchar, @function
putchar:
	li	a1,0
	tail	fputc
	.size	putchar, .-putchar
	.weak	stdout
	.section	.srodata.cst8,"aM",@progbits,8
	.align	3
.LC14:
	.word	0
	.word	1071644672
	.section	.srodata,"a"
	.align	3
	.type	stdout, @object
	.size	stdout, 8
stdout:
	.zero	8
